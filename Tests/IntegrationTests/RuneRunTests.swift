import Foundation
import Testing

@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneRunTests {
    @Test func theProgramsOutputAndStatusAreThoseOfRun() throws {
        let bundle = try RuneBundle("echo hello; echo oops >&2; exit 7")
        let result = try bundle.run()
        #expect(result.status == 7)
        #expect(result.output == "hello\n")
        #expect(result.errors.contains("oops\n"))
        #expect(try bundle.leftovers() == [])
    }

    @Test func aProgramKilledByASignalGives128AndTheSignal() throws {
        let bundle = try RuneBundle("sh -c 'kill -9 $$'; exit $?")
        #expect(try bundle.run().status == 137)
    }

    @Test func namespacesAreNewAndTheHostsStayAsTheyWere() throws {
        let bundle = try RuneBundle(
            "for n in pid mnt uts ipc net cgroup user; do ls -l /proc/self/ns/$n; done; hostname; ip -o link")
        bundle.change("linux", ["namespaces": ["pid", "mount", "uts", "ipc", "network", "cgroup"].map { ["type": $0] }])
        let result = try bundle.run()
        for kind in ["pid", "mnt", "uts", "ipc", "net", "cgroup", "user"] {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)")
            #expect(result.output.contains(own) == (kind == "user"), "\(kind): \(own)")
        }
        #expect(result.output.contains("\ninside\n"))
        #expect(result.lines.last?.contains("lo: <LOOPBACK,UP") == true)
    }

    @Test func aNamespaceGivenByPathIsJoined() throws {
        let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        let bundle = try RuneBundle("ls -l /proc/self/ns/net; ls -l /proc/self/ns/pid")
        bundle.change(
            "linux",
            [
                "namespaces": [
                    ["type": "mount"], ["type": "uts"], ["type": "ipc"], ["type": "network", "path": "/proc/self/ns/net"],
                    ["type": "pid", "path": "/proc/self/ns/pid"],
                ]
            ])
        let result = try bundle.run()
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains(host))
        #expect(result.output.contains(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")))
    }

    @Test func aUserNamespaceMapsRootToAnotherUser() throws {
        let bundle = try RuneBundle("id -u; cat /proc/self/uid_map; ls -ln /dev/null; touch /etc/x")
        let mapping = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        bundle.change(
            "linux",
            [
                "namespaces": ["pid", "mount", "uts", "ipc", "network", "user"].map { ["type": $0] }, "uidMappings": mapping,
                "gidMappings": mapping,
            ])
        for path in [bundle.folder, bundle.folder.deletingLastPathComponent()] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
        }
        let result = try bundle.run()
        #expect(result.lines.first == "0", "\(result.errors)")
        #expect(result.lines.dropFirst().first?.split(separator: " ") == ["0", "100000", "65536"])
        #expect(result.output.contains("1,   3"))
        #expect(result.errors.contains("Read-only file system") || result.errors.contains("Permission denied"))
    }

    @Test func mountsAreAsConfigured() throws {
        let bundle = try RuneBundle("cat /proc/mounts; ls /data; touch /data/x; touch /x; touch /tmp/y && echo written")
        let data = bundle.folder.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try Data("1".utf8).write(to: data.appendingPathComponent("one"))
        var mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        mounts.append(["destination": "/data", "type": "bind", "source": data.path, "options": ["rbind", "ro"]])
        bundle.configuration["mounts"] = mounts
        try FileManager.default.createDirectory(at: bundle.rootfs.appendingPathComponent("data"), withIntermediateDirectories: true)
        let result = try bundle.run()
        #expect(result.lines.contains("one"))
        #expect(result.errors.contains("touch: /data/x: Read-only file system"))
        #expect(result.errors.contains("touch: /x: Read-only file system"))
        #expect(result.lines.last == "written")
        #expect(result.lines.contains { $0.hasPrefix("tmpfs /tmp tmpfs rw") && $0.contains("size=1024k") })
        #expect(result.lines.contains { $0.contains(" /sys sysfs ro,nosuid") })
        #expect(result.lines.contains { $0.hasPrefix("devpts /dev/pts ") })
    }

    @Test func maskedAndReadOnlyPathsAreCovered() throws {
        let bundle = try RuneBundle("cat /proc/keys; ls /sys/firmware; echo x > /proc/sys/kernel/hostname; echo done")
        let result = try bundle.run()
        #expect(result.output == "done\n")
        #expect(result.errors.contains("Read-only file system"))
    }

    @Test func theStandardDevicesAreThere() throws {
        let bundle = try RuneBundle(
            "for d in null zero full random urandom tty; do stat -c '%n %t:%T %a' /dev/$d; done; ls -l /dev/fd /dev/ptmx")
        let result = try bundle.run()
        #expect(
            result.lines.prefix(6) == [
                "/dev/null 1:3 666", "/dev/zero 1:5 666", "/dev/full 1:7 666", "/dev/random 1:8 666", "/dev/urandom 1:9 666",
                "/dev/tty 5:0 666",
            ])
        #expect(result.output.contains("/dev/ptmx -> pts/ptmx"))
    }

    @Test func aCapabilityThatCannotBeHadIsAWarning() throws {
        let bundle = try RuneBundle("grep Cap /proc/self/status; grep NoNew /proc/self/status")
        bundle.change("process", ["args": ["busybox", "sh", "-c", "busybox grep -E '^Cap|NoNew' /proc/self/status"]])
        let result = try bundle.run()
        #expect(result.status == 0)
        #expect(result.output.contains("NoNewPrivs:\t1"))
        let bounding = result.lines.first { $0.hasPrefix("CapBnd") }?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        // CAP_KILL is 5, CAP_AUDIT_WRITE 29, CAP_SYS_RESOURCE 24, which some machines do not have to give.
        #expect(bounding.map { $0 & ~(1 << 24) } == 1 << 5 | 1 << 29)
        if bounding.map({ $0 & 1 << 24 }) == 0 { #expect(result.errors.contains("CAP_SYS_RESOURCE")) }
    }

    @Test func theProgramIsTheUserItShallBeWithItsLimits() throws {
        let bundle = try RuneBundle("id; busybox ulimit -n; ulimit -n; umask; env; cat /proc/self/oom_score_adj; busybox pwd")
        bundle.change(
            "process",
            [
                "user": ["uid": 1234, "gid": 4321, "umask": 0o027, "additionalGids": [5, 6]], "oomScoreAdj": 77, "cwd": "/tmp",
                "rlimits": [["type": "RLIMIT_NOFILE", "hard": 333, "soft": 222]],
            ])
        let result = try bundle.run()
        #expect(result.lines.first == "uid=1234 gid=4321 groups=4321,5,6" || result.lines.first == "uid=1234 gid=4321 groups=5,6")
        for expected in ["222", "0027", "A=b c", "77", "/tmp", "HOME=/"] { #expect(result.lines.contains(expected), "\(expected)") }
    }

    @Test func noDescriptorOfTheRuntimeReachesTheProgram() throws {
        let bundle = try RuneBundle("ls /proc/self/fd")
        // 3 is the folder `ls` itself reads.
        #expect(try bundle.run().lines == ["0", "1", "2", "3"])
    }

    @Test func theRuntimesOwnFileCannotBeWrittenFromInside() throws {
        let bundle = try RuneBundle("exit 9")
        try "#!/proc/self/exe\n".write(to: bundle.rootfs.appendingPathComponent("bin/evil"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: bundle.rootfs.appendingPathComponent("bin/evil").path)
        bundle.change("process", ["args": ["/bin/evil"]])
        let before = try Data(contentsOf: URL(fileURLWithPath: RuneBundle.executable)).count
        _ = try bundle.run()
        #expect(try Data(contentsOf: URL(fileURLWithPath: RuneBundle.executable)).count == before)
    }

    @Test func limitsAreSetInTheContainersCgroups() throws {
        let bundle = try RuneBundle("cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/memory/memory.limit_in_bytes")
        guard FileManager.default.fileExists(atPath: "/sys/fs/cgroup/pids/cgroup.procs") else {
            return print("no cgroup v1 hierarchy for pids: its limit is not tested")
        }
        var mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        mounts.append(["destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]])
        bundle.configuration["mounts"] = mounts
        bundle.change(
            "linux",
            ["resources": ["pids": ["limit": 17], "memory": ["limit": 33_554_432], "devices": [["allow": false]]] as [String: Any]])
        let result = try bundle.run()
        #expect(result.lines == ["17", "33554432"], "\(result.errors)")
        #expect(try bundle.leftovers() == [])
    }

    @Test func aTerminalIsGivenToTheProgram() throws {
        let bundle = try RuneBundle("tty; ls -l /dev/console | busybox cut -c1")
        bundle.change("process", ["terminal": true])
        let result = try bundle.run()
        #expect(result.output == "/dev/pts/0\r\nc\r\n", "\(result.errors)")
    }
}
