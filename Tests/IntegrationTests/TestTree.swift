import Foundation

/// The root filesystem of the tests: unmodified Debian packages, made once and kept.
enum TestTree {
    static let cache = ProcessInfo.processInfo.environment["INCLAVARE_CACHE"] ?? "\(Command.packageRoot)/.build-cache"

    static let shared: Result<String, any Error> = Result {
        guard geteuid() == 0 else { throw Unavailable(why: "a root filesystem is unpacked with its owners, which needs root") }
        let path = cache + "/test-rootfs"
        let made = try Command.run(["\(Command.packageRoot)/Scripts/make-rootfs", path], within: 600)
        guard made.status == 0 else { throw Unavailable(why: made.errors) }
        return path
    }

    struct Unavailable: Error, CustomStringConvertible {
        let why: String
        var description: String { "no root filesystem for tests: \(why)" }
    }

    /// A copy of its own for a test that changes files.
    static func copy(into folder: TemporaryFolder) throws -> String {
        let path = "\(folder.path)/rootfs"
        let copied = try Command.run(["cp", "-a", try shared.get(), path])
        guard copied.status == 0 else { throw Unavailable(why: copied.errors) }
        return path
    }

    /// Compiles a program of Tests/IntegrationTests/Programs into a tree's /app.
    static func compile(_ name: String, into rootfs: String, flags: [String] = []) throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Programs/\(name).c").path
        let compiled = try Command.run(["gcc", "-O2", "-pthread"] + flags + ["-o", "\(rootfs)/app/\(name)", source])
        guard compiled.status == 0 else { throw Unavailable(why: compiled.errors) }
    }
}
