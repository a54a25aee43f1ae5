import Foundation

extension Expectation {
    /// `exec`: one more process in a running container.
    static let exec: [Expectation] = [
        Expectation("exec runs in the container's namespaces, and its status is the program's") { trial in
            trial.program("sleep 60")
            try trial.launch()
            let seen = try trial.command(
                "exec", trial.id, "/inside", "identity", ",", "names", ",", "descriptors", ",", "exit", "7")
            let facts = Observation(seen)
            try expect(facts.status, 7, "status")
            try facts.expect("hostname", "inside")
            try expect(facts["pid"] != "1" && facts["ppid"] == "0", "pid \(facts["pid"] ?? ""), ppid \(facts["ppid"] ?? "")")
            try expect(facts.all("descriptor"), ["0", "1", "2"], "descriptors")
        },
        Expectation("exec is in the container's cgroups") { trial in
            trial.program("sleep 60")
            try trial.launch()
            try trial.command("exec", "--detach", trial.id, "/inside", "sleep", "60").succeeded("exec")
            let path = "/sys/fs/cgroup/pids/\(trial.id)/cgroup.procs"
            guard let members = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Unavailable("no v1 pids hierarchy")
            }
            try expect(members.split(separator: "\n").count, 2, "processes")
        },
        Expectation(
            "user, directory, environment and groups of exec come from its options",
            differs: [.crun: "1.8.1 has no --additional-gids"]
        ) { trial in
            trial.program("sleep 60")
            try trial.launch()
            let words = ["exec", "--user", "1234:4321", "--cwd", "/data", "--env", "X=y", "--env", "A=z", "--additional-gids", "7"]
            let program = ["/inside", "identity", ",", "directory", ",", "environment"]
            let seen = Observation(try RunningProgram(trial.arguments(words + [trial.id] + program)).finish())
            try seen.expect("uid", "1234 1234 1234")
            try seen.expect("gid", "4321 4321 4321")
            try seen.expect("directory", "/data")
            try expect(seen.all("environment").contains("X=y"), "environment")
            try expect(seen.all("environment").filter { $0.hasPrefix("A=") }, ["A=z"], "a variable given again")
            try expect(seen["groups"]?.split(separator: " ").contains("7") == true, "groups \(seen["groups"] ?? "")")
        },
        Expectation("exec takes the specification's process from a file") { trial in
            trial.program("sleep 60")
            try trial.launch()
            let process =
                #"{"args":["/inside","identity",",","capabilities"],"cwd":"/","user":{"uid":5,"gid":6},"noNewPrivileges":true}"#
            let file = try trial.write("process.json", process)
            let seen = Observation(try trial.command("exec", "--process", file, trial.id))
            try seen.expect("uid", "5 5 5")
            try seen.expect("permitted", "0")
            // What it does not say of rights is as for the first process.
            try seen.expect("bounding", "20000420")
        },
        Expectation("a detached exec is there when its pid file is, and outlives the command") { trial in
            trial.program("sleep 60")
            try trial.launch()
            let file = trial.folder + "/pid"
            try trial.command("exec", "--detach", "--pid-file", file, trial.id, "/inside", "sleep", "60").succeeded("exec")
            let pid = Int32(try trial.read("pid")) ?? 0
            try expect(pid > 0 && trial.isAlive(pid), "no process \(pid)")
        },
        Expectation("exec of what is not there is said in the words podman knows, with status 255") { trial in
            trial.program("sleep 60")
            try trial.launch()
            let absent = try trial.command("exec", trial.id, "not-there")
            try expect(absent.status, 255, "status")
            try absent.failed(saying: "not found in $PATH")
            try expect(trial.command("exec", trial.id, "/data").status, 255, "status of a directory")
        },
        Expectation("exec into a stopped container, and into none, fails") { trial in
            try trial.launch()
            try trial.wait(for: "stopped")
            try expect(trial.command("exec", trial.id, "/inside").status != 0, "it ran")
            try expect(trial.command("exec", "rune-test-none", "/inside").status != 0, "it ran in none")
        },
        Expectation("exec into a paused container is refused", differs: [.crun: "waits until it is resumed"]) { trial in
            trial.program("sleep 60")
            try trial.launch()
            try trial.command("pause", trial.id).succeeded("pause")
            try trial.command("exec", trial.id, "/inside").failed(saying: "paused")
            try trial.command("resume", trial.id).succeeded("resume")
            try trial.command("exec", trial.id, "/inside", "exit", "0").succeeded("exec")
        },
        Expectation(
            "exec gives a terminal when asked for, also to a caller that has none",
            differs: [.crun: "needs a terminal itself", .runc: "needs a terminal itself"]
        ) { trial in
            trial.program("sleep 60")
            try trial.launch()
            let seen = try trial.command("exec", "--tty", trial.id, "/inside", "terminal")
            try expect(seen.output.contains("terminal /dev/pts/"), seen.output + seen.errors)
            try expect(seen.output.contains("foreground 1"), seen.output)
        },
        Expectation("a process of exec is filtered as the first one is") { trial in
            trial.program("sleep 60")
            trial.change("linux", ["seccomp": Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_ERRNO", errno: 28)])
            try trial.launch()
            let seen = Observation(try trial.command("exec", trial.id, "/inside", "call", "39", ",", "capabilities"))
            try seen.expect("call 39", "!ENOSPC")
            try seen.expect("seccomp", "2")
        },
        Expectation(
            "exec enters the cgroup below the container's that it is told",
            differs: [.crun: "1.8.1 leaves it in the caller's cgroups"]
        ) { trial in
            try trial.needsV1("pids")
            trial.program("sleep 60")
            try trial.launch()
            try expect(mkdir("/sys/fs/cgroup/pids/\(trial.id)/sub", 0o755), 0, "mkdir")
            let seen = Observation(
                try trial.command("exec", "--cgroup", "pids:sub", trial.id, "/inside", "read", "/proc/self/cgroup"))
            let lines = seen.all("read /proc/self/cgroup")
            try expect(lines.contains { $0.hasSuffix(":pids:/\(trial.id)/sub") }, "\(lines) \(seen.errors)")
            try expect(lines.contains { $0.contains(":memory:") && $0.hasSuffix("/\(trial.id)") }, "\(lines)")
            try expect(trial.command("exec", "--cgroup", "pids:not-there", trial.id, "/inside").status != 0, "it ran in none")
        },
        Expectation(
            "exec does not leave the container's cgroup", differs: [.crun: "does not look", .runc: "does not look"]
        ) { trial in
            try trial.needsV1("pids")
            trial.program("sleep 60")
            try trial.launch()
            for path in ["..", "pids:../..", "/../x", "pids:a/../../b"] {
                try trial.command("exec", "--cgroup", path, trial.id, "/inside").failed(saying: "must be below the container's own")
            }
        },
        Expectation(
            "exec runs on the CPUs the configuration gives it",
            differs: [.crun: "1.8.1 does not know them", .runc: "1.1.5 does not know them"]
        ) { trial in
            guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 else { throw Unavailable("this machine has one processor") }
            trial.program("sleep 60")
            trial.change("process", ["execCPUAffinity": ["initial": "0", "final": "1"]])
            try trial.launch()
            try Observation(try trial.command("exec", trial.id, "/inside", "scheduling")).expect("cpus", "1")
        },
    ]
}
