import Foundation
import Testing

extension RuneBundle {
    /// A bundle whose root filesystem holds an enclave that runs busybox with any arguments; `nil` without a tool that builds it.
    ///
    /// `more` sections of its manifest, and `keys` before them; `files`: what its root filesystem holds beside busybox, by path below it.
    static func withEnclave(
        _ arguments: [String], _ more: String = "", keys: String = "", building options: [String] = [],
        files: [String: String] = [:]
    ) throws -> RuneBundle? {
        let tool = URL(fileURLWithPath: RuneBundle.executable).deletingLastPathComponent().appendingPathComponent("inclavare").path
        guard FileManager.default.isExecutableFile(atPath: tool),
            try RuneOutput(running: tool, ["help", "build"]).output.contains("--manifest")
        else {
            print("\(tool) does not build enclaves: enclave containers are not tested")
            return nil
        }
        let bundle = try RuneBundle("")
        for (path, text) in files {
            let file = bundle.rootfs.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let key = bundle.folder.appendingPathComponent("key.pem").path
        let manifest = bundle.folder.appendingPathComponent("enclave.toml")
        let text =
            "entrypoint = \"/bin/busybox\"\nargs = [\"busybox\"]\nmemory = \"64M\"\nthreads = 4\n\(keys)\n[host]\nargs = [\"*\"]\n\(more)"
        try text.write(to: manifest, atomically: true, encoding: .utf8)
        #expect(try RuneOutput(running: tool, ["key", "generate", key]).status == 0)
        let built = try RuneOutput(
            running: tool,
            [
                "build", "--rootfs", bundle.rootfs.path, "--manifest", manifest.path, "--key", key, "--output",
                bundle.rootfs.appendingPathComponent(".inclavare").path,
            ] + options)
        #expect(built.status == 0, "\(built.errors)")
        bundle.configuration["annotations"] = ["enclave.type": "intelSgx"]
        bundle.change("process", ["args": arguments, "env": [String]()])
        return bundle
    }
}
