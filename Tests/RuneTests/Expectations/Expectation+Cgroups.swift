import Foundation

extension Expectation {
    /// That limits of `linux.resources` arrive in the container's cgroups of a v1 or hybrid host.
    static let cgroups: [Expectation] = [
        Expectation("limits of pids, memory, cpu and cpuset are set, and the cgroups go with the container") { trial in
            try trial.needsV1("pids", "memory", "cpu", "cpuset")
            trial.program("await")
            trial.change(
                "linux",
                [
                    "cgroupsPath": "/" + trial.id,
                    "resources": [
                        "pids": ["limit": 17], "memory": ["limit": 33_554_432, "reservation": 16_777_216, "swappiness": 7],
                        "cpu": ["shares": 512, "quota": 30000, "period": 60000, "cpus": "0", "mems": "0"],
                    ],
                ])
            try trial.launch()
            for (file, wanted) in [
                ("pids/pids.max", "17"), ("memory/memory.limit_in_bytes", "33554432"),
                ("memory/memory.soft_limit_in_bytes", "16777216"), ("memory/memory.swappiness", "7"), ("cpu/cpu.shares", "512"),
                ("cpu/cpu.cfs_quota_us", "30000"), ("cpu/cpu.cfs_period_us", "60000"), ("cpuset/cpuset.cpus", "0"),
            ] {
                try expect(trial.cgroupFile(file), wanted, file)
            }
            try expect(
                trial.cgroupFile("pids/cgroup.procs").split(separator: "\n").map(String.init), [String(try trial.pid())], "members")
            try trial.command("delete", "--force", trial.id).succeeded("delete --force")
            try expect(trial.cgroups(), [], "cgroups")
        },
        Expectation("the limit of pids is one the program meets") { trial in
            try trial.needsV1("pids")
            trial.program("children 20")
            trial.change("linux", ["resources": ["pids": ["limit": 5]]])
            try trial.run().expect("children", "4 !EAGAIN")
        },
        Expectation("devices that are not allowed cannot be opened") { trial in
            try trial.needsV1("devices")
            trial.program("open /dev/null , open /dev/odd , open /dev/kmsg")
            trial.change(
                "linux",
                [
                    "devices": [
                        ["path": "/dev/odd", "type": "c", "major": 1, "minor": 11],
                        ["path": "/dev/kmsg", "type": "c", "major": 1, "minor": 11],
                    ],
                    "resources": ["devices": [["allow": false, "access": "rwm"]]],
                ])
            let seen = try trial.run()
            try seen.expect("open /dev/null", "ok 0")
            try seen.expect("open /dev/odd", "!EPERM")
        },
        Expectation("a relative cgroupsPath is below the runtime's own cgroup") { trial in
            try trial.needsV1("pids")
            trial.program("await")
            trial.change("linux", ["cgroupsPath": Trial.parentCgroup + "/" + trial.id, "resources": ["pids": ["limit": 17]]])
            try trial.launch()
            let membership = try String(contentsOfFile: "/proc/\(trial.pid())/cgroup", encoding: .utf8)
            try expect(membership.contains("/\(Trial.parentCgroup)/\(trial.id)\n"), membership)
        },
        Expectation("the mount of cgroups shows the container's own") { trial in
            try trial.needsV1("pids")
            trial.program("read /sys/fs/cgroup/pids/pids.max , write /sys/fs/cgroup/pids/pids.max 5")
            trial.addMount("/sys/fs/cgroup", "cgroup", from: "cgroup", ["ro", "nosuid", "nodev", "noexec"])
            trial.change("linux", ["resources": ["pids": ["limit": 17]]])
            let seen = try trial.run()
            try seen.expect("read /sys/fs/cgroup/pids/pids.max", "17")
            try seen.expect("write /sys/fs/cgroup/pids/pids.max", "!EROFS")
        },
        Expectation("without limits for anything a container has cgroups all the same") { trial in
            try trial.needsV1("pids")
            trial.program("await")
            try trial.launch()
            let membership = try String(contentsOfFile: "/proc/\(trial.pid())/cgroup", encoding: .utf8)
            try expect(membership.contains(trial.id), membership)
        },
    ]
}

extension Trial {
    func needsV1(_ controllers: String...) throws {
        for name in controllers where access("/sys/fs/cgroup/\(name)/cgroup.procs", F_OK) != 0 {
            throw Unavailable("no v1 hierarchy of \(name) is mounted")
        }
    }

    /// A file of the cgroup named as the container, `pids/pids.max`.
    func cgroupFile(_ file: String) throws -> String {
        let parts = file.split(separator: "/", maxSplits: 1)
        let path = "/sys/fs/cgroup/\(parts[0])/\(id)/\(parts[1])"
        return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
