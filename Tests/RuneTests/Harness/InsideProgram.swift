import Foundation

/// The programs of `Programs`, compiled once for a run of the tests.
enum InsideProgram {
    /// The path of the static executable that runs in the containers.
    static let built = compile("inside")
    /// That of the hostile one.
    static let attack = compile("attack")

    private static func compile(_ name: String) -> Result<String, Unmet> {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Programs/\(name).c").path
        let path = "/tmp/rune-tests-\(name)-\(getpid())"
        do {
            let compiler = try RunningProgram(["gcc", "-std=gnu11", "-O1", "-static", "-o", path, source])
            try compiler.finish(within: 60).succeeded("gcc")
        } catch {
            return .failure(Unmet("\(error)"))
        }
        atexit { for name in ["inside", "attack"] { unlink("/tmp/rune-tests-\(name)-\(getpid())") } }
        return .success(path)
    }
}
