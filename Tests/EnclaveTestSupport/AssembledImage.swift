import Foundation

/// Enclave images assembled from `Fixtures` when the tests run, as our own are linked.
package enum AssembledImage {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
        package init(description: String) { self.description = description }
    }

    package static func make(_ name: String, defining macros: [String] = []) throws -> [UInt8] {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).S").path
        let output = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString).img").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        try Tool.run(
            "clang",
            macros.map { "-D\($0)" } + [
                "-nostdlib", "-static-pie", "-fuse-ld=lld",
                "-Wl,--no-dynamic-linker,-e,enclave_entry,--build-id=none,-z,separate-loadable-segments,-z,norelro", "-o", output,
                source,
            ])
        return [UInt8](try Data(contentsOf: URL(filePath: output)))
    }
}

/// Programs of the machine that tests lean on.
package enum Tool {
    @discardableResult
    package static func run(_ name: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw AssembledImage.Failure(description: "\(name) \(arguments.joined(separator: " ")) failed")
        }
        return [UInt8](bytes)
    }
}
