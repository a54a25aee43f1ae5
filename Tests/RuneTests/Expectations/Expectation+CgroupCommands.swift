import Foundation

extension Expectation {
    /// pause, resume, ps, update, events and kill --all, on a v1 or hybrid host.
    static let cgroupCommands: [Expectation] = [
        Expectation("a paused container says so and goes on when it is resumed", differs: [.crun: "says nothing of the state"]) {
            trial in
            try trial.needsV1("freezer")
            trial.program("await")
            try trial.launch()
            try trial.wait(for: "running")
            try trial.command("pause", trial.id).succeeded("pause")
            try expect(trial.status(), "paused", "status")
            try trial.command("pause", trial.id).failed(saying: "container not running")
            try trial.command("resume", trial.id).succeeded("resume")
            try expect(trial.status(), "running", "status")
            try trial.command("resume", trial.id).failed(saying: "container not paused")
        },
        Expectation("a created container can be paused, and is created again", differs: [.crun: "says created all the while"]) {
            trial in
            try trial.needsV1("freezer")
            try trial.create().succeeded("create")
            try trial.command("pause", trial.id).succeeded("pause")
            try expect(trial.status(), "paused", "status")
            try trial.command("resume", trial.id).succeeded("resume")
            try expect(trial.status(), "created", "status")
        },
        Expectation("SIGKILL ends a paused container, and delete --force removes one", differs: [.crun: "does not thaw it"]) {
            trial in
            try trial.needsV1("freezer")
            trial.program("await")
            for force in [false, true] {
                try trial.launch()
                try trial.command("pause", trial.id).succeeded("pause")
                if !force {
                    try trial.command("kill", trial.id, "KILL").succeeded("kill")
                    try trial.wait(for: "stopped")
                }
                try trial.command("delete", "--force", trial.id).succeeded("delete")
                try expect(trial.cgroups(), [], "cgroups")
            }
        },
        Expectation("ps lists all processes, as numbers and as ps(1) does", differs: [.crun: "its table has numbers alone"]) {
            trial in
            trial.program("leave-child , await")
            try trial.launch()
            trial.waitForOutput("waiting")
            let printed = try trial.command("ps", "--format", "json", trial.id).succeeded("ps").output
            let pids = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [Int32] ?? []
            try expect(pids.count, 2, "processes")
            try expect(pids.contains(trial.pid()), "the first one is not among \(pids)")
            let table = try trial.command("ps", trial.id).succeeded("ps").output.split(separator: "\n")
            try expect(table.count, 3, "lines")
            try expect(table[0].hasPrefix("UID") && table[1].contains("/inside"), "the table is \(table)")
        },
        Expectation("update changes limits by options, in either direction") { trial in
            try trial.needsV1("pids", "memory", "cpu")
            trial.program("await")
            trial.change(
                "linux", ["cgroupsPath": "/" + trial.id, "resources": ["memory": ["limit": 33_554_432, "swap": 33_554_432]]])
            try trial.launch()
            for size in ["134217728", "16777216"] {
                let words = ["--memory", size, "--memory-swap", size, "--cpu-share", "2000", "--pids-limit", "19", trial.id]
                try RunningProgram(trial.arguments(["update"] + words)).finish().succeeded("update")
                try expect(trial.cgroupFile("memory/memory.limit_in_bytes"), size, "memory")
                try expect(trial.cgroupFile("memory/memory.memsw.limit_in_bytes"), size, "memory and swap")
            }
            try expect(trial.cgroupFile("cpu/cpu.shares"), "2000", "shares")
            try expect(trial.cgroupFile("pids/pids.max"), "19", "pids")
        },
        Expectation("update changes limits by what is on its input") { trial in
            try trial.needsV1("memory", "cpu")
            trial.program("await")
            trial.change("linux", ["cgroupsPath": "/" + trial.id])
            try trial.launch()
            let text = #"{"memory": {"limit": 67108864}, "cpu": {"quota": 40000, "period": 80000}}"#
            try trial.command("update", "--resources", "-", trial.id, input: text).succeeded("update")
            try expect(trial.cgroupFile("memory/memory.limit_in_bytes"), "67108864", "memory")
            try expect(trial.cgroupFile("cpu/cpu.cfs_quota_us"), "40000", "quota")
            try expect(trial.cgroupFile("cpu/cpu.cfs_period_us"), "80000", "period")
        },
        Expectation("update changes devices without taking one away in between", differs: [.runc: "ignores devices"]) { trial in
            try trial.needsV1("devices")
            trial.program("await")
            trial.change("linux", ["cgroupsPath": "/" + trial.id, "resources": ["devices": [["allow": false, "access": "rwm"]]]])
            try trial.launch()
            let text = #"{"devices": [{"allow": false}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}"#
            try trial.command("update", "--resources", "-", trial.id, input: text).succeeded("update")
            let list = try trial.cgroupFile("devices/devices.list")
            try expect(list.contains("c 10:229 rw") && list.contains("c 1:3 rwm"), list)
        },
        Expectation("events --stats prints what a container uses", differs: [.crun: "has no such command"]) { trial in
            try trial.needsV1("memory", "pids")
            trial.program("await")
            trial.change("linux", ["resources": ["pids": ["limit": 17]]])
            try trial.launch()
            let printed = try trial.command("events", "--stats", trial.id).succeeded("events").output
            let event = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any] ?? [:]
            let data = event["data"] as? [String: Any] ?? [:]
            try expect(event["type"] as? String, "stats", "type")
            try expect(event["id"] as? String, trial.id, "id")
            try expect((data["pids"] as? [String: Any])?["limit"] as? Int, 17, "pids.limit")
            let usage = (data["memory"] as? [String: Any])?["usage"] as? [String: Any]
            try expect((usage?["usage"] as? Int ?? 0) > 0, "memory.usage.usage in \(printed)")
            try expect(((data["cpu"] as? [String: Any])?["usage"] as? [String: Any])?["total"] is Int, "no cpu.usage.total")
        },
        Expectation("events tells of lack of memory and ends with the container", differs: [.crun: "has no such command"]) {
            trial in
            try trial.needsV1("memory")
            trial.program("memory 64")
            trial.change("linux", ["resources": ["memory": ["limit": 16_777_216, "swap": 16_777_216]]])
            try trial.create().succeeded("create")
            let events = try RunningProgram(trial.arguments(["events", "--interval", "50ms", trial.id]))
            // The first statistics come when it is watching.
            for _ in 0..<500 where !events.output.text.contains("stats") { usleep(10_000) }
            try trial.command("start", trial.id).succeeded("start")
            try trial.wait(for: "stopped")
            try trial.command("delete", trial.id).succeeded("delete")
            let printed = try events.finish(within: 10).output
            try expect(printed.contains(#"{"type":"oom","id":"\#(trial.id)"}"#), printed)
        },
        Expectation("kill --all ends every process where there is no PID namespace") { trial in
            trial.program("leave-child , await")
            trial.namespaces("mount", "uts", "ipc")
            try trial.launch()
            trial.waitForOutput("waiting")
            let printed = try trial.command("ps", "--format", "json", trial.id).succeeded("ps").output
            let pids = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [Int32] ?? []
            try expect(pids.count, 2, "processes")
            try trial.command("kill", "--all", trial.id, "KILL").succeeded("kill --all")
            try trial.wait(for: "stopped")
            for _ in 0..<200 where pids.contains(where: trial.isAlive) { usleep(10_000) }
            try expect(pids.filter(trial.isAlive), [], "processes that live")
        },
        Expectation("delete removes cgroups that were made in the container's", differs: [.crun: "leaves them in v1"]) { trial in
            try trial.needsV1("pids", "memory")
            trial.program("await")
            trial.change("linux", ["cgroupsPath": "/" + trial.id])
            try trial.launch()
            for folder in ["pids/\(trial.id)/a", "pids/\(trial.id)/a/b", "memory/\(trial.id)/c"] {
                guard mkdir("/sys/fs/cgroup/" + folder, 0o755) == 0 else { throw Unmet("cannot make \(folder)") }
            }
            try trial.command("delete", "--force", trial.id).succeeded("delete --force")
            try expect(trial.cgroups(), [], "cgroups")
        },
        Expectation("commands on a stopped container say that it does not run", differs: [.crun: "words it otherwise"]) { trial in
            try trial.launch()
            try trial.wait(for: "stopped")
            try trial.command("pause", trial.id).failed(saying: "container not running")
            try trial.command("update", "--pids-limit", "5", trial.id).failed(saying: "not running")
            try trial.command("events", "--stats", trial.id).failed(saying: "is not running")
            try trial.command("kill", "--all", trial.id, "KILL").succeeded("kill --all")
        },
    ]
}

extension Trial {
    /// Gives up after five seconds; what follows tells then what is missing.
    func waitForOutput(_ text: String) {
        for _ in 0..<1000 where !output.text.contains(text) { usleep(5000) }
    }
}
