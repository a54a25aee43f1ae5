import Foundation

extension Expectation {
    /// What a configuration, an image or a container's process tries on the host or on its neighbours.
    static let border: [Expectation] = [
        Expectation(
            "a parameter of a namespace cannot be written so that it means one of the machine",
            differs: [.runc: "refuses otherwise", .crun: "refuses otherwise"]
        ) { trial in
            let file = "/proc/sys/kernel/printk_ratelimit"
            let before = try String(contentsOfFile: file, encoding: .utf8)
            for key in [
                "net.//.kernel.printk_ratelimit", "net/../kernel/printk_ratelimit", "net.ipv4.//.//.kernel.printk_ratelimit",
            ] {
                trial.change("linux", ["sysctl": [key: before.trimmingCharacters(in: .whitespacesAndNewlines)]])
                let seen = try trial.run()
                try expect(seen.status != 0 && seen.errors.contains("is not a name"), "\(key): \(seen.status) \(seen.errors)")
            }
        },
        Expectation(
            "a parameter of the network is not set in the host's namespace, which was given by its path",
            differs: [.crun: "sets it"]
        ) { trial in
            trial.change(
                "linux",
                [
                    "namespaces": ["pid", "mount", "uts", "ipc"].map { ["type": $0] }
                        + [["type": "network", "path": "/proc/self/ns/net"]], "sysctl": ["net.ipv4.ip_default_ttl": "64"],
                ])
            try expect(trial.run().status != 0, "it ran")
        },
        Expectation("no folder of an image's making is outside its root, whatever accents its name begins with") { trial in
            try trial.makeFolder("outside")
            try FileManager.default.createSymbolicLink(
                atPath: trial.rootfs + "/link", withDestinationPath: trial.folder + "/outside")
            for path in ["/../\u{301}made", "/link/\u{301}made"] {
                trial.change("process", ["cwd": path])
                trial.change("root", ["path": "rootfs", "readonly": false])
                _ = try trial.run()
            }
            for folder in [trial.bundle, trial.folder + "/outside"] {
                let made = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("made") }
                try expect(made, [], folder)
            }
        },
        Expectation("a first process cannot choose a name with which it counts as stopped") { trial in
            // U+0600 makes one character of itself and the bracket that follows it in /proc/PID/stat.
            trial.change("process", ["args": ["/inside", "write", "/proc/self/comm", "\u{600}", ",", "await"]])
            try trial.launch()
            for _ in 0..<1000 where !trial.output.text.contains("waiting") { usleep(5000) }
            try expect(trial.status(), "running", "status")
            try trial.command("kill", trial.id, "TERM").succeeded("kill")
            try trial.ended().expect("signal", "15")
        },
        Expectation(
            "a cgroup that holds others' cgroups is not taken over",
            differs: [.crun: "takes it, and ends what is in it", .runc: "1.1.5 takes it"]
        ) { trial in
            try trial.needsV1("pids")
            let parent = "/sys/fs/cgroup/pids/\(trial.id)"
            try FileManager.default.createDirectory(atPath: parent + "/service", withIntermediateDirectories: true)
            let stranger = try RunningProgram(["sleep", "60"])
            try String(stranger.pid).write(toFile: parent + "/service/cgroup.procs", atomically: false, encoding: .utf8)
            defer {
                kill(stranger.pid, SIGKILL)
                _ = try? stranger.wait()
                for path in [parent + "/service", parent] { rmdir(path) }
            }
            trial.change("linux", ["cgroupsPath": "/" + trial.id])
            let seen = try trial.run()
            try expect(seen.status != 0, "it ran")
            try expect(trial.isAlive(stranger.pid), "the process in it was ended")
        },
        Expectation("a container's cgroups go, also those it gave names that are no text") { trial in
            try trial.needsV1("pids")
            trial.program("await")
            try trial.launch()
            let bytes = Array("/sys/fs/cgroup/pids/\(trial.id)/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff), 0]
            try expect(mkdir(bytes, 0o755), 0, "mkdir")
            let file = fopen(Array(bytes.dropLast()) + Array("/cgroup.procs".utf8CString), "w")
            if let file {
                fputs(String(try trial.pid()), file)
                fclose(file)
            }
            try expect(try Set(Trial.numbers(trial.command("ps", "--format", "json", trial.id).output)), [trial.pid()], "ps")
            try trial.command("delete", "--force", trial.id).succeeded("delete --force")
            try expect(trial.cgroups(), [], "cgroups")
        },
        Expectation(
            "a configuration does not move processes of others into its cgroup",
            differs: [.crun: "moves them", .runc: "moves them"]
        ) { trial in
            trial.change("linux", ["resources": ["unified": ["cgroup.procs": "1"]]])
            let seen = try trial.run()
            try expect(seen.status != 0 && seen.errors.contains("linux.resources.unified.cgroup.procs"), seen.errors)
        },
    ]
}

extension Trial {
    /// Those of a JSON array.
    static func numbers(_ text: String) throws -> [Int32] {
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Int] ?? []
        return parsed.map { Int32($0) }
    }
}
