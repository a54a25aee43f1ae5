import Foundation
import Testing

/// What a start of `rune` does before its command begins: as little as can be.
@Suite(.enabled(if: Runtime.canBeTraced, "needs root, gcc, strace and a built rune"))
struct StartTests {
    /// The names of the system calls of the first process, in their order.
    private func calls(of words: [String], in trial: Trial) throws -> [String] {
        let trace = trial.folder + "/trace"
        _ = try RunningProgram(["strace", "-o", trace] + trial.arguments(words)).finish()
        return try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map { String($0.prefix { $0 != "(" }) }
    }

    @Test func whatMakesAProcessProtectsItselfBeforeAnythingElseIsDone() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.writeConfiguration()
        let made = try calls(of: ["create", "--bundle", trial.bundle, trial.id], in: trial)
        #expect(Array(made.prefix(5)) == ["execve", "statfs", "open_tree", "mount_setattr", "execveat"])
        #expect(made.filter { $0.hasPrefix("exec") }.count == 2, "once is enough")
        try trial.command("delete", "--force", trial.id).succeeded("delete --force")
    }

    @Test func stateStartsOnceAndMakesFewSystemCalls() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.writeConfiguration()
        try trial.command("create", "--bundle", trial.bundle, trial.id).succeeded("create")
        let made = try calls(of: ["state", trial.id], in: trial)
        #expect(made.filter { $0.hasPrefix("exec") }.count == 1)
        #expect(made.count <= 60, "crun makes 300: \(made)")
        try trial.command("delete", "--force", trial.id).succeeded("delete --force")
    }

    @Test(arguments: ["run", "exec", "create"])
    func aContainerMayHaveTheNameOfACommand(name: String) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.command("state", name).failed(saying: "does not exist")
        try trial.writeConfiguration()
        try trial.command("create", "--bundle", trial.bundle, name).succeeded("create")
        #expect(try trial.command("state", name).output.contains("\"\(name)\""))
        try trial.command("delete", "--force", name).succeeded("delete --force")
    }
}
