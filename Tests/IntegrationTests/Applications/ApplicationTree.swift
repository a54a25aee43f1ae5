import Foundation

/// The root filesystem of an example, made once and kept: packages, wheels and files as Examples/NAME asks for them.
enum ApplicationTree {
    static func make(_ example: String) throws -> String {
        guard geteuid() == 0 else {
            throw TestTree.Unavailable(why: "a root filesystem is unpacked with its owners, which needs root")
        }
        let path = "\(TestTree.cache)/examples/\(example)"
        try FileManager.default.createDirectory(atPath: "\(TestTree.cache)/examples", withIntermediateDirectories: true)
        let made = try Command.run(
            ["\(Command.packageRoot)/Scripts/make-rootfs", path, "--example", example],
            environment: ["INCLAVARE_CACHE": TestTree.cache], within: 900)
        guard made.status == 0 else { throw TestTree.Unavailable(why: made.errors) }
        return path
    }
}

extension Enclave {
    /// The enclave of Examples/NAME, with the manifest a user starts from; `change` may edit it.
    init(example: String, _ change: (inout String) -> Void = { _ in }) throws {
        var manifest = try String(contentsOfFile: "\(Command.packageRoot)/Examples/\(example)/enclave.toml", encoding: .utf8)
        change(&manifest)
        try self.init(manifest, over: ApplicationTree.make(example))
    }
}
