import EnclaveBuild
import EnclaveCrypto
import EnclaveTestSupport
import Foundation

/// Debian packages of an example with a script of ours beside them, indexed once.
struct PackagedTree {
    /// python3 with SQLite, attacked.py, and the checksums of some of its modules.
    static let python = Result { try PackagedTree("python-sqlite", script: "attacked.py") }

    let path: String
    let index: IndexImage

    private init(_ example: String, script: String) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent().path
        let cache = ProcessInfo.processInfo.environment["INCLAVARE_CACHE"] ?? "\(root)/.build-cache"
        let packages = "\(cache)/examples/\(example)"
        try FileManager.default.createDirectory(atPath: "\(cache)/examples", withIntermediateDirectories: true)
        try Tool.run("\(root)/Scripts/make-rootfs", [packages, "--example", example])
        path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        atexit { if let path = try? PackagedTree.python.get().path { try? FileManager.default.removeItem(atPath: path) } }
        try Tool.run("cp", ["-a", packages, path])
        try FileManager.default.copyItem(atPath: tests.appending(path: "Programs/\(script)").path, toPath: "\(path)/\(script)")
        try FileManager.default.createDirectory(atPath: "\(path)/vault", withIntermediateDirectories: true)
        try Self.sums(of: path).write(toFile: "\(path)/attacked.sums", atomically: true, encoding: .utf8)
        index = try RootFilesystem(at: path).index()
    }

    private static func sums(of path: String) throws -> String {
        let modules = ["argparse", "decimal", "pickle", "tarfile", "_pydecimal", "typing", "turtle", "pydoc_data/topics"]
        return try modules.map { module in
            let file = "/usr/lib/python3.11/\(module).py"
            let digest = SHA256.hash([UInt8](try Data(contentsOf: URL(filePath: path + file))))
            return digest.bytes.map { String(format: "%02x", $0) }.joined() + " \(file)\n"
        }.joined()
    }
}
