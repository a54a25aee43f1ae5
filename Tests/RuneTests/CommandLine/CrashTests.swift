import Foundation
import Testing

/// `rune create` killed at one system call after the other: what it had made by then is found and goes.
@Suite(.enabled(if: Runtime.canBeTraced, "needs root, gcc, strace and a built rune"))
struct CrashTests {
    @Test func deleteByForceCleansUpAfterACreateThatWasKilledAnywhere() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        trial.change("linux", ["resources": ["pids": ["limit": 50]]])
        try trial.writeConfiguration()
        var killed = 0
        // strace counts each kind of call by itself: the first that is made so many times ends it.
        for call in 1..<2000 {
            let inject = ["strace", "-o", trial.folder + "/trace", "-e", "inject=all:signal=KILL:when=\(call)"]
            let create = try RunningProgram(inject + trial.arguments(["create", "--bundle", trial.bundle, trial.id])).finish()
            if create.status == 0 { break }
            killed += 1
            if access("\(trial.stateRoot)/\(trial.id)/state.json", F_OK) == 0 {
                let status = try trial.status()
                #expect(["creating", "created", "stopped"].contains(status), "call \(call): \(status)")
            }
            try trial.command("delete", "--force", trial.id).succeeded("delete --force after call \(call)")
            #expect(trial.leftovers().isEmpty, "call \(call): \(trial.leftovers())")
            #expect(Self.isGone(trial.id), "call \(call): a process stays")
        }
        #expect(killed > 20, "nothing was killed: \(killed)")
        try trial.command("delete", "--force", trial.id).succeeded("delete --force")
        #expect(try trial.run().status == 0)
    }

    /// Half of the cgroups made, or made and not yet limited or entered; below one that is made, too.
    @Test(arguments: ["mkdir", "write", "rename"])
    func deleteByForceFindsHalfOfTheCgroups(call: String) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        trial.change("linux", ["cgroupsPath": "/\(Trial.parentCgroup)/\(trial.id)", "resources": ["pids": ["limit": 50]]])
        try trial.writeConfiguration()
        var killed = 0
        for count in 1..<200 {
            let inject = ["strace", "-o", trial.folder + "/trace", "-e", "inject=\(call):signal=KILL:when=\(count)"]
            let create = try RunningProgram(inject + trial.arguments(["create", "--bundle", trial.bundle, trial.id])).finish()
            try trial.command("delete", "--force", trial.id).succeeded("delete --force after \(call) \(count)")
            #expect(trial.leftovers().isEmpty, "\(call) \(count): \(trial.leftovers())")
            #expect(Self.isGone(trial.id), "\(call) \(count): a process stays")
            if create.status == 0 { break }
            killed += 1
        }
        #expect(killed > 1, "nothing was killed at \(call)")
    }

    /// As under a filter of system calls that is older than this one.
    @Test func noProgramIsStartedWithDescriptorsThatCannotBeClosed() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        trial.program("descriptors")
        let folder = open("/", O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        let inject = ["strace", "-f", "-o", trial.folder + "/trace", "-e", "inject=close_range:error=ENOSYS"]
        let seen = try trial.run(under: inject, descriptors: [folder])
        #expect(seen.status != 0 && seen.all("descriptor").isEmpty, "\(seen.lines)")
        #expect(seen.errors.contains("keep the caller's descriptors here"), "\(seen.errors)")
    }

    /// Without one of its own a container would keep the caller's; where nobody may have any there is nothing to keep.
    @Test(arguments: [("EDQUOT", 1), ("EPERM", 0), ("ENOSYS", 0)])
    func aSessionKeyringThatCannotBeHadIsAnErrorWhereThereAreKeyrings(code: String, status: Int32) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        let inject = ["strace", "-f", "-o", trial.folder + "/trace", "-e", "inject=keyctl:error=\(code)"]
        let seen = try trial.run(under: inject)
        #expect(seen.status == status, "\(seen.errors)")
        #expect(seen.errors.contains("--no-new-keyring") == (status != 0), "\(seen.errors)")
    }

    @Test func aContainerThatIsBeingMadeIsSaidToBe() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.offerLog()
        trial.configuration["hooks"] = ["createRuntime": [trial.hook("touch \(trial.log(.createRuntime)); exec sleep 20")]]
        let create = try trial.start(running: "create", "--bundle", trial.bundle, trial.id)
        for _ in 0..<500 where access(trial.log(.createRuntime), F_OK) != 0 { usleep(10_000) }
        #expect(try trial.status() == "creating")
        #expect(try trial.pid() == 0)
        try trial.command("start", trial.id).failed(saying: "is being created")
        try trial.command("kill", trial.id, "KILL").failed(saying: "container not running")
        try trial.command("delete", trial.id).failed(saying: "that is not stopped: creating")
        try trial.command("delete", "--force", trial.id).succeeded("delete --force")
        #expect(try create.wait() == 137)
        #expect(trial.leftovers().isEmpty)
    }

    /// Processes of a container that was not finished still have the command line of `rune create`.
    private static func isGone(_ id: String) -> Bool {
        for _ in 0..<200 {
            let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.filter { Int($0) != nil } ?? []
            let found = pids.contains { pid in
                let words = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))).map {
                    String(decoding: $0, as: UTF8.self)
                }
                return words?.contains(id) == true
            }
            if !found { return true }
            usleep(10_000)
        }
        return false
    }
}
