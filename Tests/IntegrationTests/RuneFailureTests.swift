import Foundation
import Testing

@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneFailureTests {
    /// Creates, expects a refusal with one line that contains `message`, and that nothing is left.
    private func expectRefusal(_ bundle: RuneBundle, _ message: String, _ verb: String = "create") throws {
        let result = try bundle.rune(verb, "--bundle", bundle.folder.path, bundle.id)
        #expect(result.status == 1)
        let last = result.errors.split(separator: "\n").last.map(String.init) ?? ""
        #expect(last.hasPrefix("rune: ") && last.contains(message), "\(result.errors)")
        #expect(try bundle.leftovers() == [])
    }

    @Test func aMissingProgramIsSaidAsRuncSaysIt() throws {
        let bundle = try RuneBundle("")
        bundle.change("process", ["args": ["nope"]])
        try expectRefusal(bundle, "exec: \"nope\": executable file not found in $PATH")
        bundle.change("process", ["args": ["/bin/nope"]])
        try expectRefusal(bundle, "exec: \"/bin/nope\": stat /bin/nope: no such file or directory")
        bundle.change("process", ["args": ["/etc"]])
        try expectRefusal(bundle, "exec: \"/etc\": permission denied")
    }

    @Test func aProgramTheKernelRefusesIsAnErrorOfStart() throws {
        let bundle = try RuneBundle("")
        let broken = bundle.rootfs.appendingPathComponent("bin/broken")
        try Data("not a program".utf8).write(to: broken)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: broken.path)
        bundle.change("process", ["args": ["/bin/broken"]])
        try expectRefusal(bundle, "exec: \"/bin/broken\": exec format error", "run")
    }

    @Test func aMountThatFailsLeavesNothing() throws {
        let bundle = try RuneBundle("")
        bundle.configuration["mounts"] = [["destination": "/proc", "type": "nosuchfs", "source": "x"]]
        try expectRefusal(bundle, "mounts[0] /proc: cannot mount on /proc what is not a proc filesystem")
        bundle.configuration["mounts"] = [["destination": "/tmp", "type": "nosuchfs", "source": "x"]]
        try expectRefusal(bundle, "mounts[0] /tmp: cannot mount nosuchfs: No such device")
        bundle.configuration["mounts"] = [["destination": "/tmp", "type": "bind", "source": "/not/there"]]
        try expectRefusal(bundle, "mounts[0] /tmp: cannot bind /not/there: No such file or directory")
    }

    @Test func aFailingHookFailsCreate() throws {
        for kind in ["prestart", "createRuntime", "createContainer"] {
            let bundle = try RuneBundle("")
            bundle.configuration["hooks"] = [kind: [["path": "/bin/false"]]]
            try expectRefusal(bundle, "the \(kind) hook /bin/false failed with status 1")
        }
        let slow = try RuneBundle("")
        slow.configuration["hooks"] = ["createRuntime": [["path": "/bin/busybox", "args": ["sleep", "100"], "timeout": 1]]]
        try expectRefusal(slow, "did not end within 1 s")
    }

    @Test func whatCannotBeDoneIsRefusedBeforeAnythingIsMade() throws {
        let bundle = try RuneBundle("")
        bundle.change("linux", ["namespaces": [["type": "mount"], ["type": "moon"]]])
        try expectRefusal(bundle, "linux.namespaces[1].type: \"moon\" is not a kind of namespace")
        bundle.change("linux", ["namespaces": [["type": "mount"]]])
        try expectRefusal(bundle, "hostname: needs a uts namespace")
        bundle.change("linux", ["namespaces": [["type": "mount"], ["type": "uts"]], "sysctl": ["vm.swappiness": "1"]])
        try expectRefusal(bundle, "linux.sysctl: vm.swappiness belongs to the whole machine, not to a container")
        bundle.change("linux", ["sysctl": [:]])
        bundle.change("process", ["rlimits": [["type": "RLIMIT_NONE", "hard": 1, "soft": 1]]])
        try expectRefusal(bundle, "process.rlimits[0].type: \"RLIMIT_NONE\" is not a resource limit")
        bundle.configuration["ociVersion"] = "2.0.0"
        try expectRefusal(bundle, "ociVersion: \"2.0.0\" is not supported")
    }

    @Test func noLinkOfTheImageLeadsAMountOut() throws {
        let bundle = try RuneBundle("ls -d /outside/mark")
        let outside = bundle.folder.appendingPathComponent("outside")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        let link = bundle.rootfs.appendingPathComponent("escape").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../../../../../../../..\(outside.path)")
        bundle.configuration["mounts"] = [["destination": "/escape/made", "type": "tmpfs", "source": "tmpfs"]]
        _ = try bundle.run()
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
        #expect(try bundle.leftovers() == [])
    }

    @Test func errorsGoToTheLogAsJSON() throws {
        let bundle = try RuneBundle("")
        let log = bundle.folder.appendingPathComponent("log.json")
        let result = try bundle.rune("--log", log.path, "--log-format", "json", "state", "nope")
        #expect(result.status == 1)
        let line = try JSONSerialization.jsonObject(with: Data(contentsOf: log)) as? [String: String]
        #expect(line?["level"] == "error")
        #expect(line?["msg"] == "container does not exist")
        #expect(line?["time"]?.hasSuffix("Z") == true)
    }

    @Test(arguments: [
        (["frobnicate"], "unknown command \"frobnicate\""), (["state"], "state: the container's ID is missing"),
        (["--systemd-cgroup", "state", "x"], "--systemd-cgroup is not supported"),
        (["kill", "x", "NOSIG"], "unknown signal \"NOSIG\""),
        (["create", "--frob", "x"], "unknown option \"--frob\""), (["state", "a/b"], "invalid container ID \"a/b\""),
        (["start", "a", "b"], "start: unexpected argument \"b\""),
        (["create", "-b", "/not/there", "x"], "cannot find the bundle /not/there"),
    ])
    func aWrongCommandLineIsOneLineThatNamesIt(arguments: [String], message: String) throws {
        let result = try RuneOutput(running: RuneBundle.executable, ["--root", "/run/rune-test-none"] + arguments)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("rune: ") && result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func aFileThatIsNoConfigurationIsSaidWithItsPlace() throws {
        let bundle = try RuneBundle("")
        try bundle.write()
        try Data("{\n  \"process\": }".utf8).write(to: bundle.folder.appendingPathComponent("config.json"))
        let result = try RuneOutput(running: RuneBundle.executable, ["create", "-b", bundle.folder.path, bundle.id])
        #expect(result.errors.contains("config.json: not valid JSON: line 2, column 14: a value is expected"), "\(result.errors)")
    }
}
