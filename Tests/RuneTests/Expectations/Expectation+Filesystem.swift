import Foundation

extension Expectation {
    /// What the program sees of files: root, mounts, devices, covered paths.
    static let filesystem: [Expectation] = [
        Expectation("a read-only root cannot be written") { trial in
            trial.program("make /x , make /tmp/x")
            let seen = try trial.run()
            try seen.expect("make /x", "!EROFS")
            try seen.expect("make /tmp/x", "ok 0")
        },
        Expectation("a writable root is the bundle's folder") { trial in
            trial.program("make /data/x")
            trial.configuration["root"] = ["path": trial.rootfs]
            try trial.run().expect("make /data/x", "ok 0")
            try expect(access(trial.rootfs + "/data/x", F_OK), 0, "the file outside")
        },
        Expectation("the default devices are there") { trial in
            let devices = ["null": "1:3", "zero": "1:5", "full": "1:7", "random": "1:8", "urandom": "1:9", "tty": "5:0"]
            trial.program(devices.keys.map { "file /dev/\($0)" }.joined(separator: " , "))
            let seen = try trial.run()
            for (name, number) in devices { try seen.expect("file /dev/\(name)", "c 0666 0:0 \(number) 0") }
        },
        Expectation("the default links are there") { trial in
            trial.program("target /dev/fd , target /dev/stdin , target /dev/stdout , target /dev/stderr , file /dev/ptmx")
            let seen = try trial.run()
            try seen.expect("target /dev/fd", "/proc/self/fd")
            for (number, name) in ["stdin", "stdout", "stderr"].enumerated() {
                try seen.expect("target /dev/\(name)", "/proc/self/fd/\(number)")
            }
            try expect(seen["file /dev/ptmx"]?.hasPrefix("l ") == true, "ptmx: \(seen["file /dev/ptmx"] ?? "none")")
        },
        Expectation("devices of the configuration are made as it says") { trial in
            trial.program("file /dev/c , file /dev/b , file /dev/p")
            trial.change(
                "linux",
                [
                    "devices": [
                        ["path": "/dev/c", "type": "c", "major": 10, "minor": 229, "fileMode": 0o640, "uid": 2, "gid": 3],
                        ["path": "/dev/b", "type": "b", "major": 8, "minor": 99, "fileMode": 0o600],
                        ["path": "/dev/p", "type": "p", "fileMode": 0o622],
                    ]
                ])
            let seen = try trial.run()
            try seen.expect("file /dev/c", "c 0640 2:3 10:229 0")
            try seen.expect("file /dev/b", "b 0600 0:0 8:99 0")
            try seen.expect("file /dev/p", "p 0622 0:0 0:0 0")
        },
        Expectation("masked paths are empty") { trial in
            trial.program("read /proc/keys , list /sys/firmware , read /data/secret")
            try trial.write("bundle/rootfs/data/secret", "secret")
            trial.change("linux", ["maskedPaths": ["/proc/keys", "/sys/firmware", "/data/secret", "/not-there"]])
            let seen = try trial.run()
            try expect(seen.status, 0, "status")
            try expect(seen.lines, [], "lines")
        },
        Expectation("read-only paths cannot be written and can be read") { trial in
            trial.program("write /proc/sys/kernel/hostname x , make /data/x , read /data/y")
            try trial.write("bundle/rootfs/data/y", "why")
            trial.configuration["root"] = ["path": trial.rootfs]
            trial.change("linux", ["readonlyPaths": ["/proc/sys", "/data", "/not-there"]])
            let seen = try trial.run()
            try seen.expect("write /proc/sys/kernel/hostname", "!EROFS")
            try seen.expect("make /data/x", "!EROFS")
            try seen.expect("read /data/y", "why")
        },
        Expectation("a bind mount shows the host's folder, with its own options") { trial in
            trial.program("read /data/one , make /data/two , mount /data , make /bound/three")
            try trial.makeFolder("host")
            try trial.write("host/one", "1")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "ro", "nosuid", "nodev", "noexec"])
            trial.addMount("/bound", "none", from: trial.folder + "/host", ["bind"])
            trial.configuration["root"] = ["path": "rootfs"]
            let seen = try trial.run()
            try seen.expect("read /data/one", "1")
            try seen.expect("make /data/two", "!EROFS")
            let options = seen["mount /data"]?.split(separator: " ").dropFirst().first?.split(separator: ",").map(String.init) ?? []
            try expect(["ro", "nosuid", "nodev", "noexec"].allSatisfy(options.contains), "options: \(options)")
            try expect(access(trial.folder + "/host/three", F_OK), 0, "the file outside")
        },
        Expectation("a bind mount of a file makes the file it covers") { trial in
            trial.program("read /etc/made")
            let file = try trial.write("host-file", "text")
            trial.addMount("/etc/made", "bind", from: file, ["bind", "ro"])
            trial.configuration["root"] = ["path": "rootfs"]
            try trial.run().expect("read /etc/made", "text")
        },
        Expectation("mounts are made in the order they are listed") { trial in
            trial.program("list /data")
            try trial.makeFolder("host/below")
            trial.addMount("/data", "tmpfs", from: "tmpfs")
            trial.addMount("/data/sub", "bind", from: trial.folder + "/host", ["bind"])
            try trial.run().expect("list /data", "sub")
        },
        Expectation("options of tmpfs and devpts reach the kernel") { trial in
            trial.program("mount /tmp , file /tmp , mount /dev/pts , mount /dev/shm")
            let seen = try trial.run()
            try expect(seen["mount /tmp"]?.contains("size=1024k") == true, "tmp: \(seen["mount /tmp"] ?? "")")
            try expect(seen["mount /dev/pts"]?.contains("ptmxmode=666") == true, "pts: \(seen["mount /dev/pts"] ?? "")")
            try expect(seen["mount /dev/shm"]?.contains("nosuid,nodev") == true, "shm: \(seen["mount /dev/shm"] ?? "")")
        },
        Expectation("a link in the root filesystem leads no mount out of it") { trial in
            trial.program("list /data")
            try trial.makeFolder("outside")
            try FileManager.default.createSymbolicLink(atPath: trial.rootfs + "/way", withDestinationPath: "../../outside")
            trial.addMount("/way/in", "tmpfs", from: "tmpfs")
            trial.configuration["root"] = ["path": "rootfs"]
            _ = try trial.run()
            try expect(access(trial.folder + "/outside/in", F_OK), -1, "a folder made outside")
        },
        Expectation("no mount of a container is seen on the host") { trial in
            trial.program("await")
            trial.change("linux", ["rootfsPropagation": "private"])
            try trial.launch()
            try expect(trial.mounts(), [], "mounts")
        },
        Expectation("the root's propagation is the configuration's", differs: [.runc: "1.1.5 leaves a shared root private"]) {
            trial in
            trial.program("mount /")
            for (name, mark) in [("shared", "shared:"), ("slave", ""), ("private", ""), ("unbindable", "unbindable")] {
                trial.change("linux", ["rootfsPropagation": name])
                let seen = try trial.run()
                guard let fields = seen["mount /"] else { throw Unmet("\(name): nothing printed: \(seen.errors)") }
                let isShared = fields.contains("shared:")
                try expect(isShared, name == "shared", "\(name): shared, \(fields)")
                try expect(mark.isEmpty || fields.contains(mark), "\(name): \(fields)")
            }
        },
        Expectation("kernel parameters of the container's namespaces are set") { trial in
            trial.program("read /proc/sys/net/ipv4/ip_forward , read /proc/sys/kernel/msgmax")
            trial.change("linux", ["sysctl": ["net.ipv4.ip_forward": "1", "kernel.msgmax": "7777"]])
            let seen = try trial.run()
            try seen.expect("read /proc/sys/net/ipv4/ip_forward", "1")
            try seen.expect("read /proc/sys/kernel/msgmax", "7777")
        },
        Expectation("a kernel parameter of the whole machine is refused") { trial in
            trial.change("linux", ["sysctl": ["kernel.panic": "0"]])
            let seen = try trial.run()
            try expect(seen.status != 0 && seen.errors.contains("kernel.panic"), "status \(seen.status): \(seen.errors)")
        },
    ]
}
