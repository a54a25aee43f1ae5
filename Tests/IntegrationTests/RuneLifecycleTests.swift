import Foundation
import Testing

@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneLifecycleTests {
    private func state(_ bundle: RuneBundle) throws -> [String: Any] {
        let result = try bundle.rune("state", bundle.id)
        return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
    }

    private func waitForStatus(_ wanted: String, _ bundle: RuneBundle) throws -> Bool {
        for _ in 0..<200 {
            if try state(bundle)["status"] as? String == wanted { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func aContainerGoesFromCreatedToRunningToStopped() throws {
        let bundle = try RuneBundle("sleep 100")
        bundle.configuration["annotations"] = ["x.y": "z"]
        let pidFile = bundle.folder.appendingPathComponent("pid")
        let created = try bundle.rune("create", "--bundle", bundle.folder.path, "--pid-file", pidFile.path, bundle.id)
        #expect(created.status == 0, "\(created.errors)")
        var seen = try state(bundle)
        #expect(seen["status"] as? String == "created")
        #expect(seen["annotations"] as? [String: String] == ["x.y": "z"])
        #expect(seen["bundle"] as? String == bundle.folder.path)
        let pid = try #require(seen["pid"] as? Int)
        #expect(try String(contentsOf: pidFile, encoding: .utf8) == String(pid))
        let started = try bundle.rune("start", bundle.id)
        #expect(started.status == 0, "\(started.errors)")
        seen = try state(bundle)
        #expect(seen["status"] as? String == "running")
        #expect(try bundle.rune("start", bundle.id).errors == "rune: cannot start an already running container\n")
        let refused = try bundle.rune("delete", bundle.id)
        #expect(refused.status == 1 && refused.errors.contains("that is not stopped: running"))
        #expect(try bundle.rune("kill", bundle.id, "KILL").status == 0)
        #expect(try waitForStatus("stopped", bundle))
        #expect(try bundle.rune("kill", bundle.id, "15").errors == "rune: container not running\n")
        #expect(try bundle.rune("start", bundle.id).errors == "rune: cannot start a container that has stopped\n")
        #expect(try bundle.rune("delete", bundle.id).status == 0)
        #expect(try bundle.leftovers() == [])
        #expect(try bundle.rune("state", bundle.id).errors == "rune: container does not exist\n")
    }

    @Test func aCreatedContainerCanBeDeletedAndItsNameUsedAgain() throws {
        let bundle = try RuneBundle("exit 0")
        #expect(try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id).status == 0)
        let again = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(again.status == 1 && again.errors.hasSuffix("rune: container with given ID already exists\n"))
        #expect(try state(bundle)["status"] as? String == "created")
        #expect(try bundle.rune("delete", bundle.id).status == 0)
        #expect(try bundle.run().status == 0)
        #expect(try bundle.leftovers() == [])
    }

    @Test func deletingByForceEndsARunningContainerAndForgivesAMissingOne() throws {
        let bundle = try RuneBundle("sleep 100 & sleep 100")
        #expect(try bundle.rune("run", "--detach", "--bundle", bundle.folder.path, bundle.id).status == 0)
        #expect(try bundle.rune("list", "--quiet").output == bundle.id + "\n")
        #expect(try bundle.rune("delete", "--force", bundle.id).status == 0)
        #expect(try bundle.leftovers() == [])
        #expect(try bundle.rune("delete", "--force", bundle.id).status == 0)
        #expect(try bundle.rune("delete", bundle.id).errors == "rune: container does not exist\n")
    }

    @Test func aSignalToRunReachesTheProgram() throws {
        let bundle = try RuneBundle("trap 'echo got; exit 33' TERM; echo up; while :; do sleep 0.05; done")
        try bundle.write()
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: RuneBundle.executable)
        process.arguments = ["--root", bundle.stateRoot.path, "run", "--bundle", bundle.folder.path, bundle.id]
        process.standardOutput = pipe
        try process.run()
        #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) == "up\n")
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 33)
        #expect(String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "got\n")
        #expect(try bundle.leftovers() == [])
    }

    @Test func hooksRunInOrderWithTheStateOnTheirInput() throws {
        let bundle = try RuneBundle("echo program >> /log/order")
        let log = bundle.folder.appendingPathComponent("log")
        try FileManager.default.createDirectory(at: log, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: bundle.rootfs.appendingPathComponent("log"), withIntermediateDirectories: true)
        var mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        mounts.append(["destination": "/log", "type": "bind", "source": log.path, "options": ["bind"]])
        bundle.configuration["mounts"] = mounts
        func hook(_ name: String, in folder: String) -> [[String: Any]] {
            [
                [
                    "path": "/bin/busybox", "args": ["sh", "-c", "echo \(name) >> \(folder)/order; cat > \(folder)/\(name)"],
                    "env": ["PATH=/bin"],
                ]
            ]
        }
        bundle.configuration["hooks"] = [
            "prestart": hook("prestart", in: log.path), "createRuntime": hook("createRuntime", in: log.path),
            "createContainer": hook("createContainer", in: log.path), "startContainer": hook("startContainer", in: "/log"),
            "poststart": hook("poststart", in: log.path), "poststop": hook("poststop", in: log.path),
        ]
        #expect(try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id).status == 0)
        #expect(try bundle.rune("start", bundle.id).status == 0)
        #expect(try waitForStatus("stopped", bundle))
        #expect(try bundle.rune("delete", bundle.id).status == 0)
        let order = try String(contentsOf: log.appendingPathComponent("order"), encoding: .utf8).split(separator: "\n")
        #expect(
            order.filter { $0 != "poststart" && $0 != "program" } == [
                "prestart", "createRuntime", "createContainer", "startContainer", "poststop",
            ])
        #expect(order.contains("poststart") && order.contains("program"))
        for (name, status) in [
            ("createRuntime", "creating"), ("startContainer", "created"), ("poststart", "running"), ("poststop", "stopped"),
        ] {
            let input = try Data(contentsOf: log.appendingPathComponent(name))
            let state = try JSONSerialization.jsonObject(with: input) as? [String: Any]
            #expect(state?["status"] as? String == status)
            #expect(state?["id"] as? String == bundle.id)
        }
    }

    @Test func aDeepStateDirectoryIsNoObstacle() throws {
        let bundle = try RuneBundle("exit 3")
        let deep = bundle.stateRoot.path + String(repeating: "/a-rather-long-folder-name", count: 6)
        try bundle.write()
        let result = try RuneOutput(
            running: RuneBundle.executable, ["--root=\(deep)", "run", "-b", bundle.folder.path, bundle.id])
        #expect(result.status == 3, "\(result.errors)")
    }

    @Test func preservedDescriptorsStayOpen() throws {
        let bundle = try RuneBundle("ls /proc/self/fd")
        try bundle.write()
        let command =
            "exec 3</dev/null; exec '\(RuneBundle.executable)' --root '\(bundle.stateRoot.path)' run --preserve-fds 1 -b '\(bundle.folder.path)' \(bundle.id)"
        let result = try RuneOutput(running: "/bin/sh", ["-c", command])
        #expect(result.lines.prefix(4) == ["0", "1", "2", "3"])
    }
}
