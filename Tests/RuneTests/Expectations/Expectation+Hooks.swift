import Foundation

extension Expectation {
    /// The six kinds of hooks: order, status, namespaces, failures.
    static let hooks: [Expectation] = [
        Expectation(
            "hooks run in the order of the lifecycle, each kind in the order it is listed",
            differs: [
                .crun: "start does not wait for the startContainer hooks",
                .runc: "start does not wait for the startContainer hooks",
            ]
        ) { trial in
            trial.program("sleep 0.1")
            trial.configuration["hooks"] = Dictionary(
                uniqueKeysWithValues: HookKind.allCases.map { kind in
                    (
                        kind.rawValue,
                        [trial.hook("echo \(kind)-1 >> \(trial.log(kind))"), trial.hook("echo \(kind)-2 >> \(trial.log(kind))")]
                    )
                })
            try trial.offerLog()
            _ = try trial.run()
            let kinds: [HookKind] = [.prestart, .createRuntime, .createContainer, .startContainer, .poststart, .poststop]
            let wanted = kinds.flatMap { ["\($0)-1", "\($0)-2"] }
            try expect(trial.read("host/log").split(separator: "\n").map(String.init), wanted, "order")
        },
        Expectation(
            "each hook reads the container's state, with the status of its moment",
            differs: [.crun: "says created to all that run in create", .runc: "says creating to prestart, created to poststart"]
        ) { trial in
            trial.program("sleep 0.3")
            trial.configuration["annotations"] = ["x.y": "z"]
            trial.configuration["hooks"] = Dictionary(
                uniqueKeysWithValues: HookKind.allCases.map { kind in
                    (kind.rawValue, [trial.hook("cat > \(trial.log(kind))-\(kind)")])
                })
            try trial.offerLog()
            try trial.create().succeeded("create")
            let pid = try trial.pid()
            try trial.command("start", trial.id).succeeded("start")
            try trial.wait(for: "stopped")
            try trial.command("delete", trial.id).succeeded("delete")
            for (kind, status) in [
                (HookKind.prestart, "created"), (.createRuntime, "creating"), (.createContainer, "creating"),
                (.startContainer, "created"), (.poststart, "running"), (.poststop, "stopped"),
            ] {
                let text = try trial.read("host/log-\(kind)")
                guard let state = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
                    throw Unmet("\(kind): \(text)")
                }
                try expect(state["status"] as? String, status, "\(kind): status")
                try expect(state["id"] as? String, trial.id, "\(kind): id")
                try expect(state["bundle"] as? String, trial.bundle, "\(kind): bundle")
                try expect(state["annotations"] as? [String: String], ["x.y": "z"], "\(kind): annotations")
                try expect(state["ociVersion"] is String, "\(kind): no ociVersion")
                // Those inside count in a namespace of their own.
                if [.prestart, .createRuntime, .poststart].contains(kind) {
                    try expect((state["pid"] as? Int).map { Int32($0) }, pid, "\(kind): pid")
                }
            }
        },
        Expectation("hooks run in the namespaces of their kind") { trial in
            trial.program("sleep 0.1")
            let kinds: [HookKind] = [.createRuntime, .createContainer, .startContainer, .poststart]
            trial.configuration["hooks"] = Dictionary(
                uniqueKeysWithValues: kinds.map { kind in
                    let file = "\(trial.log(kind))-\(kind)"
                    return (
                        kind.rawValue,
                        [trial.hook("readlink /proc/self/ns/uts > \(file); ! test -e /inside || echo inside >> \(file)")]
                    )
                })
            try trial.offerLog()
            _ = try trial.run()
            let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/uts") + "\n"
            try expect(trial.read("host/log-createRuntime"), host, "createRuntime")
            try expect(trial.read("host/log-poststart"), host, "poststart")
            let inside = try trial.read("host/log-createContainer")
            try expect(inside != host && !inside.contains("inside"), "createContainer: \(inside)")
            try expect(trial.read("host/log-startContainer"), inside + "inside\n", "startContainer")
        },
        Expectation("a hook has the arguments and the environment it is given, and no other") { trial in
            try trial.offerLog()
            var hook = trial.hook("")
            hook["args"] = ["sh", "-c", "echo $0 $1 > \(trial.folder)/host/log; env >> \(trial.folder)/host/log", "zero", "one"]
            hook["env"] = ["PATH=/bin:/usr/bin", "OWN=a b"]
            trial.configuration["hooks"] = ["createRuntime": [hook]]
            _ = try trial.run()
            let lines = try Set(trial.read("host/log").split(separator: "\n").map(String.init))
            try expect(lines.contains("zero one") && lines.contains("OWN=a b"), "\(lines)")
            try expect(
                lines.filter { !$0.hasPrefix("PWD=") && !$0.hasPrefix("SHLVL=") && !$0.hasPrefix("_=") }.count, 3, "\(lines)")
        },
        Expectation("a hook that fails ends create, and poststop hooks run", differs: [.crun: "1.8.1 runs no poststop hook then"]) {
            trial in
            try trial.offerLog()
            for kind in [HookKind.prestart, .createRuntime, .createContainer] {
                try? FileManager.default.removeItem(atPath: trial.folder + "/host/log")
                trial.configuration["hooks"] = [
                    kind.rawValue: [trial.hook("echo the reason >&2; exit 3"), trial.hook("echo second >> \(trial.log(kind))")],
                    "poststop": [trial.hook("echo poststop >> \(trial.log(.poststop))")],
                ]
                try expect(trial.create().status != 0, "create succeeded in spite of \(kind)")
                try expect(trial.command("state", trial.id).status != 0, "the container is there in spite of \(kind)")
                try expect((try? trial.read("host/log")) ?? "", "poststop\n", "\(kind)")
            }
        },
        Expectation("what a failing hook says is part of the error", differs: [.crun: "leaves it to stderr"]) { trial in
            trial.configuration["hooks"] = ["createRuntime": [trial.hook("echo the reason >&2; exit 3")]]
            let log = trial.folder + "/runtime.log"
            try trial.writeConfiguration()
            try trial.command("--log", log, "--log-format", "json", "create", "--bundle", trial.bundle, trial.id)
                .failed(saying: "the reason")
            try expect(String(contentsOfFile: log, encoding: .utf8).contains("the reason"), "the log does not say it")
        },
        Expectation(
            "a startContainer hook that fails ends start, and the program never runs",
            differs: [
                .crun: "start does not wait for the startContainer hooks",
                .runc: "start does not wait for the startContainer hooks",
            ]
        ) { trial in
            try trial.offerLog()
            trial.program("make /log/ran")
            trial.configuration["hooks"] = ["startContainer": [trial.hook("exit 3")]]
            try trial.create().succeeded("create")
            try expect(trial.command("start", trial.id).status != 0, "start succeeded")
            try trial.wait(for: "stopped")
            try expect(access(trial.folder + "/host/ran", F_OK), -1, "the program ran")
        },
        Expectation(
            "a poststart hook that fails ends start and the container",
            differs: [.crun: "as before 1.3: goes on", .runc: "1.1.5 kills the process and reports nothing of it"]
        ) { trial in
            trial.program("await")
            trial.configuration["hooks"] = ["poststart": [trial.hook("exit 3")]]
            try trial.create().succeeded("create")
            try expect(trial.command("start", trial.id).status != 0, "start succeeded")
            try trial.wait(for: "stopped")
        },
        Expectation("poststop hooks that fail are warnings, and the others run", differs: [.runc: "stops at the first"]) { trial in
            try trial.offerLog()
            trial.configuration["hooks"] = [
                "poststop": [trial.hook("exit 3"), trial.hook("echo second > \(trial.log(.poststop))")]
            ]
            try trial.create().succeeded("create")
            try trial.command("delete", "--force", trial.id).succeeded("delete")
            try expect(trial.read("host/log"), "second\n", "the second hook")
        },
        Expectation("a hook that takes longer than its timeout is killed, and fails") { trial in
            var hook = trial.hook("exec sleep 20")
            hook["timeout"] = 1
            trial.configuration["hooks"] = ["createRuntime": [hook]]
            let begin = Date.now
            try expect(trial.create().status != 0, "create succeeded")
            let took = Date.now.timeIntervalSince(begin)
            try expect(took > 0.9 && took < 5, "it took \(took) s")
        },
        Expectation("hooks make files with the caller's mask", differs: [.crun: "with none in createContainer"]) { trial in
            try trial.offerLog()
            let kinds: [HookKind] = [.createRuntime, .createContainer]
            trial.configuration["hooks"] = Dictionary(
                uniqueKeysWithValues: kinds.map { ($0.rawValue, [trial.hook("umask > \(trial.log($0))-\($0)")]) })
            _ = try trial.run(under: ["sh", "-c", "umask 027; exec \"$@\"", "sh"])
            for kind in kinds { try expect(trial.read("host/log-\(kind)"), "0027\n", "\(kind)") }
        },
        Expectation(
            "a caller that closed its streams has a container all the same, and its hooks their state",
            differs: [.crun: "does not run then"]
        ) { trial in
            try trial.offerLog()
            trial.program("exit 5")
            trial.configuration["hooks"] = ["createRuntime": [trial.hook("cat > \(trial.log(.createRuntime))")]]
            let seen = try trial.run(under: ["sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"])
            try expect(seen.status, 5, "status")
            try expect(trial.read("host/log").contains(trial.id), "no state")
        },
        Expectation("a hook that writes without an end is held to its timeout, too", differs: [.crun: "waits for ever"]) { trial in
            var hook = trial.hook("while :; do echo much >&2; done")
            hook["timeout"] = 1
            trial.configuration["hooks"] = ["createRuntime": [hook]]
            let begin = Date.now
            try trial.writeConfiguration()
            let create = try RunningProgram(trial.arguments(["create", "--bundle", trial.bundle, trial.id]))
            try expect(create.wait(within: 10) != 0, "create succeeded")
            let took = Date.now.timeIntervalSince(begin)
            try expect(took > 0.9 && took < 5, "it took \(took) s")
        },
        Expectation(
            "poststop hooks run when all is gone, after delete and after a create that failed",
            differs: [.crun: "1.8.1 runs no poststop hook then", .runc: "1.1.5 has its cgroups there after a create that failed"]
        ) { trial in
            try trial.needsV1("pids")
            try trial.offerLog()
            let look = "ls -d /sys/fs/cgroup/pids/\(trial.id) \(trial.stateRoot)/\(trial.id) > \(trial.log(.poststop)) 2>/dev/null"
            trial.change("linux", ["cgroupsPath": "/" + trial.id])
            trial.configuration["hooks"] = ["createRuntime": [trial.hook("exit 3")], "poststop": [trial.hook(look + "; true")]]
            try expect(trial.create().status != 0, "create succeeded")
            try expect(trial.read("host/log"), "", "after create")
            trial.configuration["hooks"] = ["poststop": [trial.hook(look + "; true")]]
            try trial.create().succeeded("create")
            try trial.command("delete", "--force", trial.id).succeeded("delete")
            try expect(trial.read("host/log"), "", "after delete")
        },
        Expectation("a hook that is not there is named") { trial in
            trial.configuration["hooks"] = ["createRuntime": [["path": "/not/there"]]]
            try expect(trial.create().status != 0, "create succeeded")
            try expect(trial.errors.text.contains("/not/there"), trial.errors.text)
        },
        Expectation("a hook that reads nothing does no harm", differs: [.crun: "dies of SIGPIPE"]) { trial in
            trial.configuration["annotations"] = ["big": String(repeating: "x", count: 400_000)]
            var hook = trial.hook("exit 0")
            hook["timeout"] = 5
            trial.configuration["hooks"] = ["createRuntime": [hook], "poststop": [hook]]
            try expect(trial.run().status, 0, "status")
        },
    ]
}

/// The kinds of hooks, in the order of the lifecycle.
enum HookKind: String, CaseIterable, CustomStringConvertible {
    case prestart, createRuntime, createContainer, startContainer, poststart, poststop

    var description: String { rawValue }
}

extension Trial {
    /// A hook that is a shell's script; busybox is at the same place outside and inside.
    func hook(_ script: String) -> [String: Any] {
        ["path": "/bin/busybox", "args": ["sh", "-c", script], "env": ["PATH=/bin:/usr/bin"]]
    }

    /// Where a hook of a kind finds the log: inside it is mounted.
    func log(_ kind: HookKind) -> String { kind == .startContainer ? "/log/log" : folder + "/host/log" }

    func offerLog() throws {
        guard access("/bin/busybox", X_OK) == 0 else { throw Unavailable("busybox-static is not installed") }
        try makeFolder("host")
        try makeFolder("bundle/rootfs/log")
        try FileManager.default.copyItem(atPath: "/bin/busybox", toPath: rootfs + "/bin/busybox")
        for name in ["sh", "cat", "readlink", "test"] {
            try FileManager.default.createSymbolicLink(atPath: "\(rootfs)/bin/\(name)", withDestinationPath: "busybox")
        }
        addMount("/log", "bind", from: folder + "/host", ["bind"])
    }
}
