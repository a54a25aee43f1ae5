import Foundation

/// The program that runs in the containers, compiled once for a run of the tests.
enum InsideProgram {
    /// The path of the static executable.
    static let built: Result<String, Unmet> = {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Programs/inside.c").path
        let path = "/tmp/rune-tests-inside-\(getpid())"
        do {
            let compiler = try RunningProgram(["gcc", "-std=gnu11", "-O1", "-static", "-o", path, source])
            try compiler.finish(within: 60).succeeded("gcc")
        } catch {
            return .failure(Unmet("\(error)"))
        }
        atexit { unlink("/tmp/rune-tests-inside-\(getpid())") }
        return .success(path)
    }()
}
