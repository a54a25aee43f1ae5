import Foundation

/// A library of the PAL API, compiled from Programs/pal for one test.
struct TestLibrary {
    let path: String

    private static func source(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Programs/pal/\(name)")
            .path
    }

    /// `linking`: how, for what is to be a program.
    init(
        _ name: String = "pal.c", version: Int = 2, defining words: String..., linking: [String] = ["-fPIC", "-shared"]
    ) throws {
        path = "/tmp/rune-test-library-" + UUID().uuidString.prefix(8).lowercased() + ".so"
        let flags = ["-std=gnu11", "-O1", "-w", "-DVERSION=\(version)"] + linking + words.map { "-D" + $0 }
        try RunningProgram(["gcc"] + flags + ["-o", path, Self.source(name)]).finish(within: 60).succeeded("gcc")
    }

    func cleanUp() { unlink(path) }
}
