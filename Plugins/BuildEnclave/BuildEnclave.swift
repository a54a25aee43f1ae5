import Foundation
import PackagePlugin

/// Builds the trusted half, a package of its own that is always built in release, and hands its image to the target as a resource.
@main struct BuildEnclave: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
        let package = context.package.directoryURL.appending(path: "Enclave")
        let scratch = context.pluginWorkDirectoryURL.appending(path: "scratch")
        let image = context.pluginWorkDirectoryURL.appending(path: "enclave.img")
        // The outer build's variables must not reach the nested one.
        let script = """
            unset LD_LIBRARY_PATH SDKROOT && \
            "$0" build --package-path "$1" -c release --scratch-path "$2" --product enclave && \
            cp "$2/release/enclave" "$3.new" && mv "$3.new" "$3"
            """
        return [
            .buildCommand(
                displayName: "Building the enclave image",
                executable: URL(fileURLWithPath: "/bin/sh"),
                arguments: ["-c", script, try swift(), package.path(), scratch.path(), image.path()],
                inputFiles: sources(of: package),
                outputFiles: [image])
        ]
    }

    /// The compiler that runs this build: the first on PATH.
    private func swift() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/swift"
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw SwiftNotFound()
    }

    private func sources(of package: URL) -> [URL] {
        var files = [package.appending(path: "Package.swift"), package.appending(path: "enclave.lds")]
        let folder = package.appending(path: "Sources")
        let modules = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        for module in modules {
            // Half of the modules are links into the untrusted half.
            let real = module.resolvingSymlinksInPath()
            guard let walk = FileManager.default.enumerator(at: real, includingPropertiesForKeys: [.isRegularFileKey]) else {
                continue
            }
            for case let file as URL in walk where (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true {
                files.append(file)
            }
        }
        return files.sorted { $0.path() < $1.path() }
    }
}

struct SwiftNotFound: Error, CustomStringConvertible {
    var description: String { "swift is not on PATH; add the toolchain's usr/bin to it" }
}
