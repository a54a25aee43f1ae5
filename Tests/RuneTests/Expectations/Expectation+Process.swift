import Foundation

extension Expectation {
    /// What the program is given: `process` of the configuration.
    static let process: [Expectation] = [
        Expectation("the exit status of run is the program's") { trial in
            trial.program("exit 7")
            try expect(trial.run().status, 7, "status")
        },
        Expectation("a program killed by a signal gives 128 and the signal") { trial in
            trial.program("die 9")
            trial.namespaces("mount", "uts", "ipc", "network")
            try expect(trial.run().status, 137, "status")
        },
        Expectation("arguments, environment and working directory are the configuration's") { trial in
            trial.program("arguments , environment , directory")
            trial.change("process", ["cwd": "/data", "env": ["PATH=/bin", "A=b c", "EMPTY=", "HOME=/data"]])
            let seen = try trial.run()
            try expect(seen.all("argument"), ["/inside", "arguments", ",", "environment", ",", "directory"], "arguments")
            try expect(Set(seen.all("environment")), ["PATH=/bin", "A=b c", "EMPTY=", "HOME=/data"], "environment")
            try seen.expect("directory", "/data")
        },
        Expectation("a program without a slash is found on its own PATH") { trial in
            try FileManager.default.linkItem(atPath: trial.rootfs + "/inside", toPath: trial.rootfs + "/bin/named")
            trial.change("process", ["args": ["named", "exit", "5"]])
            try expect(trial.run().status, 5, "status")
        },
        Expectation("user, groups and umask are the configuration's") { trial in
            trial.program("identity")
            trial.change("process", ["user": ["uid": 1234, "gid": 4321, "umask": 0o027, "additionalGids": [5, 6]]])
            let seen = try trial.run()
            try seen.expect("uid", "1234 1234 1234")
            try seen.expect("gid", "4321 4321 4321")
            try seen.expect("umask", "0027")
            let groups = Set(seen["groups"]?.split(separator: " ").map(String.init) ?? [])
            try expect(groups.subtracting(["4321"]), ["5", "6"], "groups")
        },
        Expectation("the program is the first process of its namespace and leads a session") { trial in
            trial.program("identity")
            let seen = try trial.run()
            try seen.expect("pid", "1")
            try seen.expect("ppid", "0")
            try seen.expect("session", "1")
        },
        Expectation("resource limits are set") { trial in
            trial.program("limits")
            trial.change(
                "process",
                [
                    "rlimits": [
                        ["type": "RLIMIT_NOFILE", "hard": 333, "soft": 222], ["type": "RLIMIT_CORE", "hard": 0, "soft": 0],
                        ["type": "RLIMIT_FSIZE", "hard": 1 << 30, "soft": 1 << 29],
                    ]
                ])
            let seen = try trial.run()
            try seen.expect("RLIMIT_NOFILE", "222 333")
            try seen.expect("RLIMIT_CORE", "0 0")
            try seen.expect("RLIMIT_FSIZE", "\(1 << 29) \(1 << 30)")
        },
        Expectation(
            "a hard limit that may not be raised is refused with the capability it takes",
            differs: [.crun: "names none", .runc: "names none"]
        ) { trial in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            trial.change("process", ["rlimits": [["type": "RLIMIT_NOFILE", "hard": Int(limit.rlim_max) + 1, "soft": 9]]])
            let seen = try trial.run()
            if seen.status == 0 { throw Unavailable("here hard limits may be raised") }
            try expect(seen.errors.contains("RLIMIT_NOFILE") && seen.errors.contains("CAP_SYS_RESOURCE"), seen.errors)
        },
        Expectation("an unknown resource limit is refused") { trial in
            trial.change("process", ["rlimits": [["type": "RLIMIT_NONSENSE", "hard": 1, "soft": 1]]])
            try expect(trial.run().status != 0, "it ran")
        },
        Expectation("each set of capabilities is the configuration's") { trial in
            trial.program("capabilities")
            trial.change(
                "process",
                [
                    "capabilities": [
                        "bounding": ["CAP_KILL", "CAP_CHOWN", "CAP_SETUID"], "permitted": ["CAP_KILL", "CAP_CHOWN"],
                        "effective": ["CAP_KILL"], "inheritable": ["CAP_KILL", "CAP_CHOWN"], "ambient": ["CAP_KILL", "CAP_CHOWN"],
                    ]
                ])
            let seen = try trial.run()
            try seen.expect("bounding", "a1")
            try seen.expect("ambient", "21")
            try seen.expect("inheritable", "21")
            // Under no-new-privileges an exec as root gives no more than was permitted.
            try seen.expect("permitted", "21")
        },
        Expectation("a user that is not root has only its ambient capabilities") { trial in
            trial.program("capabilities")
            trial.change("process", ["user": ["uid": 1000, "gid": 1000]])
            let seen = try trial.run()
            try seen.expect("permitted", "0")
            try seen.expect("effective", "0")
            try seen.expect("bounding", "20000420")
        },
        Expectation(
            "an unknown capability is a warning",
            differs: [.crun: "refuses, as before 1.1"]
        ) { trial in
            trial.program("capabilities")
            trial.change("process", ["capabilities": ["bounding": ["CAP_KILL", "CAP_NONSENSE"]]])
            let seen = try trial.run()
            try seen.expect("bounding", "20")
            try expect(seen.errors.contains("CAP_NONSENSE"), "no warning: \(seen.errors)")
        },
        Expectation("no-new-privileges is set when asked for, and only then") { trial in
            trial.program("capabilities")
            try trial.run().expect("nonewprivileges", "1")
            trial.change("process", ["noNewPrivileges": false])
            try trial.run().expect("nonewprivileges", "0")
        },
        Expectation("the OOM score is set") { trial in
            trial.program("read /proc/self/oom_score_adj")
            trial.change("process", ["oomScoreAdj": 77])
            try trial.run().expect("read /proc/self/oom_score_adj", "77")
        },
        Expectation("only the standard streams are open in the program") { trial in
            trial.program("descriptors")
            try expect(trial.run().all("descriptor"), ["0", "1", "2"], "descriptors")
        },
        Expectation("preserved descriptors reach the program, others do not") { trial in
            trial.program("descriptors")
            let file = try OutputFile()
            let seen = try trial.run("--preserve-fds", "2", descriptors: [file.descriptor, file.descriptor, file.descriptor])
            try expect(seen.all("descriptor"), ["0", "1", "2", "3", "4"], "descriptors")
        },
        Expectation("a program that is not there is said so, and nothing stays") { trial in
            trial.change("process", ["args": ["/not-there"]])
            let seen = try trial.run()
            try expect(seen.status != 0, "it ran")
            try expect(seen.errors.contains("/not-there") && seen.errors.lowercased().contains("no such file"), seen.errors)
        },
        Expectation(
            "a program that is not on PATH is said in the words docker and podman know",
            differs: [.crun: "puts the name between them, and docker gives 125"]
        ) { trial in
            trial.change("process", ["args": ["not-there"]])
            let seen = try trial.run()
            try expect(seen.status != 0, "it ran")
            try expect(seen.errors.contains("executable file not found in $PATH") && seen.errors.contains("not-there"), seen.errors)
        },
    ]
}
