extension Expectation {
    /// When and as what the program runs, and what else it gets.
    static let scheduling: [Expectation] = [
        Expectation("the scheduling policy is set", differs: [.runc: "1.1.5 does not know it", .crun: "1.8.1 does not know it"]) {
            trial in
            trial.program("scheduling")
            trial.change("process", ["scheduler": ["policy": "SCHED_BATCH", "nice": 5, "flags": ["SCHED_FLAG_RESET_ON_FORK"]]])
            let seen = try trial.run()
            try seen.expect("policy", "3")
            try seen.expect("nice", "5")
        },
        Expectation("the I/O priority is set", differs: [.runc: "1.1.5 does not know it", .crun: "1.8.1 does not know it"]) {
            trial in
            trial.program("scheduling")
            trial.change("process", ["ioPriority": ["class": "IOPRIO_CLASS_IDLE", "priority": 3]])
            let seen = try trial.run()
            try seen.expect("ioclass", "3")
            try seen.expect("iolevel", "3")
        },
        Expectation("the execution domain is set", differs: [.runc: "1.1.5 does not know it"]) { trial in
            trial.program("scheduling")
            trial.change("linux", ["personality": ["domain": "LINUX32"]])
            try trial.run().expect("personality", "8")
        },
        Expectation(
            "wrong values are refused by their place in the configuration",
            differs: [.runc: "knows none of them", .crun: "says it otherwise"]
        ) { trial in
            let wrong: [(member: [String: Any], place: String)] = [
                (["scheduler": ["policy": "SCHED_NONSENSE"]], "process.scheduler.policy"),
                (["scheduler": ["policy": "SCHED_BATCH", "nice": 20]], "process.scheduler.nice"),
                (["scheduler": ["policy": "SCHED_BATCH", "priority": 5]], "process.scheduler.priority"),
                (["ioPriority": ["class": "IOPRIO_CLASS_BE", "priority": 8]], "process.ioPriority.priority"),
                (["rlimits": [["type": "RLIMIT_CORE", "soft": 2, "hard": 1]]], "process.rlimits[0].soft"),
                (["oomScoreAdj": 1001], "process.oomScoreAdj"), (["cwd": "data"], "process.cwd"),
                (["args": [""]], "process.args[0]"),
            ]
            for (member, place) in wrong {
                trial.configuration = Trial.template
                trial.change("process", member)
                let seen = try trial.run()
                try expect(seen.status != 0 && seen.errors.contains(place), "\(place): \(seen.status) \(seen.errors)")
            }
        },
        Expectation(
            "labels of security modules that are not there are ignored with a warning",
            differs: [.runc: "refuses", .crun: "refuses"]
        ) {
            trial in
            trial.change("process", ["apparmorProfile": "some-profile"])
            trial.change("linux", ["mountLabel": "system_u:object_r:container_file_t:s0:c1,c2"])
            let seen = try trial.run()
            try expect(seen.status, 0, "status: \(seen.errors)")
            try expect(seen.errors.contains("process.apparmorProfile"), "no warning: \(seen.errors)")
            try expect(seen.errors.contains("linux.mountLabel"), "no warning: \(seen.errors)")
        },
        Expectation(
            "descriptors that are to be preserved and are not open are refused",
            differs: [.crun: "does not look", .runc: "does not look"]
        ) { trial in
            try expect(trial.run("--preserve-fds", "3").status != 0, "it ran")
        },
        Expectation("a user without a home in the container's passwd has /, and root /root", differs: [.crun: "says / for root"]) {
            trial in
            trial.program("environment")
            try expect(trial.run().all("environment").contains { $0 == "HOME=/root" || $0 == "HOME=/" }, "no HOME of root")
            trial.change("process", ["user": ["uid": 4711, "gid": 4711]])
            try expect(trial.run().all("environment").contains("HOME=/"), "no HOME")
        },
    ]
}
