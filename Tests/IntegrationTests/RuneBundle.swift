import Foundation

/// A bundle with busybox for its root filesystem, made for one test and removed with it.
final class RuneBundle {
    let folder: URL
    let stateRoot: URL
    var configuration: [String: Any]

    var rootfs: URL { folder.appendingPathComponent("rootfs") }

    init(_ script: String) throws {
        _ = Self.withoutOldCgroups
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("rune-\(UUID().uuidString)")
        folder = base.appendingPathComponent("bundle")
        stateRoot = base.appendingPathComponent("state")
        configuration = Self.configuration(script)
        for name in ["bin", "proc", "sys", "dev", "tmp", "etc"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("rootfs/\(name)"), withIntermediateDirectories: true)
        }
        // Another process writes it: a child that another test starts meanwhile would keep it open, and nobody could execute it.
        let copied = try Command.run(["cp", "/bin/busybox", rootfs.appendingPathComponent("bin/busybox").path])
        guard copied.status == 0 else { throw Enclave.Refused(description: copied.errors) }
        for applet in ["sh", "true", "cat", "id", "mount", "ls", "hostname", "sleep", "ps", "ip", "env", "stat", "touch", "tty"] {
            try FileManager.default.createSymbolicLink(
                atPath: rootfs.appendingPathComponent("bin/\(applet)").path, withDestinationPath: "busybox")
        }
    }

    /// The groups of a run that was killed, which nobody removes; younger ones may be of a run beside this one.
    private static let withoutOldCgroups: Void = {
        let files = FileManager.default
        let root = URL(fileURLWithPath: "/sys/fs/cgroup")
        for hierarchy in (try? files.contentsOfDirectory(atPath: root.path)) ?? [] {
            let folder = root.appendingPathComponent(hierarchy).path
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("test-") {
                let made = (try? files.attributesOfItem(atPath: "\(folder)/\(name)"))?[.modificationDate] as? Date
                if let made, made.timeIntervalSinceNow < -3_600 { rmdir("\(folder)/\(name)") }
            }
        }
    }()

    /// A test that failed half way must not leave its container.
    deinit {
        _ = try? RuneOutput(running: Self.executable, ["--root", stateRoot.path, "delete", "--force", id])
        try? FileManager.default.removeItem(at: folder.deletingLastPathComponent())
    }

    private static func configuration(_ script: String) -> [String: Any] {
        let capabilities = ["CAP_KILL", "CAP_AUDIT_WRITE", "CAP_SYS_RESOURCE"]
        return [
            "ociVersion": "1.0.2", "root": ["path": "rootfs", "readonly": true], "hostname": "inside",
            "process": [
                "args": ["sh", "-c", script], "cwd": "/", "env": ["PATH=/bin", "A=b c"], "user": ["uid": 0, "gid": 0],
                "capabilities": ["bounding": capabilities, "effective": capabilities, "permitted": capabilities],
                "noNewPrivileges": true,
            ] as [String: Any],
            "mounts": [
                ["destination": "/proc", "type": "proc", "source": "proc"],
                ["destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]],
                ["destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"]],
                ["destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro", "nosuid"]],
                ["destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["size=1m"]],
            ] as [[String: Any]],
            "linux": [
                "namespaces": ["pid", "mount", "uts", "ipc", "network"].map { ["type": $0] },
                "maskedPaths": ["/proc/keys", "/sys/firmware", "/proc/not-there"], "readonlyPaths": ["/proc/sys"],
            ] as [String: Any],
        ]
    }

    /// Changes one section of the configuration, `process`, `linux` or `root`.
    func change(_ section: String, _ members: [String: Any]) {
        var old = configuration[section] as? [String: Any] ?? [:]
        old.merge(members) { $1 }
        configuration[section] = old
    }

    func write() throws {
        let data = try JSONSerialization.data(withJSONObject: configuration)
        try data.write(to: folder.appendingPathComponent("config.json"))
    }

    /// Runs `rune` with the bundle's own root of states.
    func rune(_ arguments: String..., input: String? = nil) throws -> RuneOutput {
        try write()
        return try RuneOutput(running: Self.executable, ["--root", stateRoot.path] + arguments, input: input)
    }

    func run() throws -> RuneOutput { try rune("run", "--bundle", folder.path, id) }

    let id = "test-\(UUID().uuidString)"

    /// Where nothing may be left: the state and the cgroups under the container's name.
    func leftovers() throws -> [String] {
        var found = (try? FileManager.default.contentsOfDirectory(atPath: stateRoot.path)) ?? []
        for hierarchy in (try? FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup")) ?? [] {
            let path = "/sys/fs/cgroup/\(hierarchy)/\(id)"
            if FileManager.default.fileExists(atPath: path) { found.append(path) }
        }
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        return found + mounts.split(separator: "\n").filter { $0.contains(folder.path) }.map(String.init)
    }

    static var executable: String {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["INCLAVARE_RUNE"] { return path }
        if let tool = environment["INCLAVARE_BIN"] {
            let sibling = URL(fileURLWithPath: tool).deletingLastPathComponent().appendingPathComponent("rune").path
            if FileManager.default.isExecutableFile(atPath: sibling) { return sibling }
        }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("rune").path
    }

    static var canRun: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/bin/busybox")
            && FileManager.default.isExecutableFile(atPath: executable)
    }
}
