import Foundation

/// The options of mounts, and what may be mounted where.
extension Expectation {
    static let mounts: [Expectation] = [
        Expectation(
            "an idmapped mount shows files with the owners that its own maps say", differs: [.runc: "1.1.5 does not know it"]
        ) {
            trial in
            try trial.makeOwned()
            trial.program("file /data/file , mount /data")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "idmap"])
            trial.changeLastMount([
                "uidMappings": [["containerID": 1000, "hostID": 5000, "size": 1]],
                "gidMappings": [["containerID": 1001, "hostID": 5001, "size": 1]],
            ])
            try trial.run().expect("file /data/file", "f 0644 5000:5001 0:0 4")
        },
        Expectation(
            "ridmap without maps takes those of the container",
            differs: [.runc: "1.1.5 does not know it", .crun: "1.8.1 does not know it"]
        ) { trial in
            try trial.makeOwned()
            trial.userNamespace()
            trial.program("file /data/file")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "ridmap"])
            try trial.run().expect("file /data/file", "f 0644 1000:1001 0:0 4")
        },
        Expectation(
            "idmap without any maps is refused", differs: [.runc: "1.1.5 does not know it", .crun: "says that it is not permitted"]
        ) { trial in
            try trial.makeOwned()
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "idmap"])
            let seen = try trial.run()
            try expect(seen.status != 0 && seen.errors.contains("idmap"), "status \(seen.status): \(seen.errors)")
        },
        Expectation("tmpcopyup fills the tmpfs with what it covers, links and all") { trial in
            try trial.makeFolder("bundle/rootfs/data/folder")
            try trial.write("bundle/rootfs/data/folder/file", "text")
            chmod(trial.rootfs + "/data/folder/file", 0o755)
            chown(trial.rootfs + "/data/folder/file", 7, 8)
            try FileManager.default.createSymbolicLink(atPath: trial.rootfs + "/data/way", withDestinationPath: "/etc/shadow")
            trial.program("read /data/folder/file , file /data/folder/file , target /data/way , make /data/new")
            trial.addMount("/data", "tmpfs", from: "tmpfs", ["tmpcopyup"])
            let seen = try trial.run()
            try seen.expect("read /data/folder/file", "text")
            try seen.expect("file /data/folder/file", "f 0755 7:8 0:0 4")
            try seen.expect("target /data/way", "/etc/shadow")
            try seen.expect("make /data/new", "ok 0")
            try expect(access(trial.rootfs + "/data/new", F_OK), -1, "a file in the image")
        },
        Expectation(
            "a tmpfs has the mode of the folder it covers, where its options say none",
            differs: [.crun: "1777 then", .runc: "the folder's even where they say another"]
        ) { trial in
            chmod(trial.rootfs + "/data", 0o2750)
            chmod(trial.rootfs + "/etc", 0o750)
            trial.program("file /data , file /etc")
            trial.addMount("/data", "tmpfs", from: "tmpfs", ["size=1m"])
            trial.addMount("/etc", "tmpfs", from: "tmpfs", ["mode=711"])
            let seen = try trial.run()
            try expect(seen["file /data"]?.hasPrefix("d 2750 0:0 ") == true, "/data: \(seen["file /data"] ?? "none")")
            try expect(seen["file /etc"]?.hasPrefix("d 0711 0:0 ") == true, "/etc: \(seen["file /etc"] ?? "none")")
        },
        Expectation(
            "tmpcopyup leaves mode and owner of the tmpfs to its options", differs: [.runc: "takes the folder's mode"]
        ) { trial in
            chmod(trial.rootfs + "/data", 0o755)
            trial.program("file /data")
            trial.addMount("/data", "tmpfs", from: "tmpfs", ["tmpcopyup", "mode=700", "uid=7"])
            let seen = try trial.run()
            try expect(seen["file /data"]?.hasPrefix("d 0700 7:0 ") == true, "/data: \(seen["file /data"] ?? "none")")
        },
        Expectation("recursive options hold for what is mounted below the source too") { trial in
            try trial.makeFolder("host/below")
            trial.program("make /data/x , make /data/below/x")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "rro"])
            let seen = try trial.withTmpfs("host/below") { try trial.run() }
            try seen.expect("make /data/x", "!EROFS")
            try seen.expect("make /data/below/x", "!EROFS")
        },
        Expectation("plain options hold for the topmost mount only", differs: [.crun: "takes them for those below too"]) { trial in
            try trial.makeFolder("host/below")
            trial.program("make /data/x , make /data/below/x")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "ro"])
            let seen = try trial.withTmpfs("host/below") { try trial.run() }
            try seen.expect("make /data/x", "!EROFS")
            try seen.expect("make /data/below/x", "ok 0")
        },
        Expectation("a bind mount ignores options of a filesystem", differs: [.runc: "newer ones refuse"]) { trial in
            try trial.makeFolder("host")
            trial.program("mount /data")
            trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", "mode=755", "size=64k"])
            try expect(trial.run().status, 0, "status")
        },
        Expectation("a relative source is the bundle's, a relative destination the root's") { trial in
            try trial.makeFolder("bundle/beside")
            try trial.write("bundle/beside/file", "text")
            trial.program("read /data/file")
            trial.addMount("data", "bind", from: "beside", ["bind"])
            try trial.run().expect("read /data/file", "text")
        },
        Expectation(
            "a mount that fails is named by its place and its destination",
            differs: [.crun: "names the destination", .runc: "the same"]
        ) { trial in
            trial.addMount("/data", "bind", from: trial.folder + "/nowhere", ["bind"])
            let seen = try trial.run()
            try expect(seen.status != 0 && seen.errors.contains("mounts[6] /data"), "status \(seen.status): \(seen.errors)")
        },
        Expectation("a file of /proc that tells of the machine can be covered") { trial in
            let file = try trial.write("uptime", "1 2")
            trial.program("read /proc/uptime")
            trial.addMount("/proc/uptime", "bind", from: file, ["bind"])
            try trial.run().expect("read /proc/uptime", "1 2")
        },
        Expectation("a bind mount is shared with the host where it is to be, and else not") { trial in
            try trial.makeFolder("host")
            trial.program("mount /data")
            for (kind, shows) in [("rshared", true), ("rprivate", false), ("rslave", false)] {
                trial.change("linux", ["rootfsPropagation": shows ? "rshared" : "rslave"])
                trial.addMount("/data", "bind", from: trial.folder + "/host", ["rbind", kind])
                let seen = try trial.withTmpfs("host", shared: true) { try trial.run() }
                try expect(
                    seen["mount /data"]?.contains("shared:") == true, shows, "\(kind): \(seen["mount /data"] ?? seen.errors)")
                trial.removeLastMount()
            }
        },
    ]
}

/// Namespaces beside the plain ones: time, user, and a mount namespace that is not the container's own.
extension Expectation {
    static let moreNamespaces: [Expectation] = [
        Expectation(
            "clocks of a time namespace are ahead as the offsets say",
            differs: [.runc: "1.1.5 does not know it", .crun: "1.8.1 does not know it"]
        ) { trial in
            trial.program("read /proc/self/timens_offsets , namespace time")
            trial.namespaces("pid", "mount", "uts", "ipc", "network", "time")
            trial.change("linux", ["timeOffsets": ["monotonic": ["secs": 86400], "boottime": ["secs": 7, "nanosecs": 5]]])
            let seen = try trial.run()
            let offsets = seen.all("read /proc/self/timens_offsets").map { $0.split(separator: " ").map(String.init) }
            try expect(offsets, [["monotonic", "86400", "0"], ["boottime", "7", "5"]], "offsets: \(seen.errors)")
        },
        Expectation(
            "a time namespace belongs to the container's new user namespace",
            differs: [.runc: "1.1.5 does not know it", .crun: "1.8.1 does not know it"]
        ) { trial in
            trial.userNamespace("time")
            trial.change("linux", ["timeOffsets": ["boottime": ["secs": 7]]])
            trial.program("identity , read /proc/self/timens_offsets")
            let seen = try trial.run()
            try seen.expect("uid", "0 0 0")
            try expect(
                seen.all("read /proc/self/timens_offsets").contains { $0.hasSuffix(" 7         0") }, "\(seen.lines) \(seen.errors)"
            )
        },
        Expectation(
            "a container without any namespace has its root, and leaves no mount on the host",
            differs: [.crun: "leaves its mounts", .runc: "leaves its mounts"]
        ) { trial in
            trial.configuration["hostname"] = nil
            trial.change("linux", ["namespaces": NSNull()])
            trial.program("list / , namespace mnt , file /dev/null")
            let seen = try trial.run()
            try expect(seen.all("list /").contains("inside"), "the root: \(seen.all("list /")) \(seen.errors)")
            try seen.expect("namespace mnt", FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/mnt"))
            try expect(seen["file /dev/null"]?.contains("1:3") == true, "its devices")
            try expect(trial.mounts(), [], "mounts on the host")
        },
        Expectation(
            "exec into a container without a mount namespace sees the container's root",
            differs: [.crun: "leaves its mounts", .runc: "the host's root"]
        ) { trial in
            trial.configuration["hostname"] = nil
            trial.change("linux", ["namespaces": NSNull()])
            trial.program("await")
            try trial.launch()
            let seen = try trial.command("exec", trial.id, "/inside", "list", "/")
            try expect(seen.output.contains("list / inside"), "the root: \(seen.output) \(seen.errors)")
        },
        Expectation("a mount namespace given by its path is joined and keeps its mounts") { trial in
            trial.program("namespace mnt , list /")
            let holder = try RunningProgram(["unshare", "--mount", "sleep", "60"])
            let path = "/proc/\(holder.pid)/ns/mnt"
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/mnt")
            for _ in 0..<200 where (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == own { usleep(5000) }
            let before = try String(contentsOfFile: "/proc/\(holder.pid)/mountinfo", encoding: .utf8)
            trial.change("linux", ["namespaces": [["type": "pid"], ["type": "uts"], ["type": "mount", "path": path]]])
            let seen = try trial.run()
            try seen.expect("namespace mnt", FileManager.default.destinationOfSymbolicLink(atPath: path))
            try expect(seen.all("list /").contains("inside"), "the root: \(seen.lines) \(seen.errors)")
            guard trial.runtime.name == .rune else { return }
            try expect(String(contentsOfFile: "/proc/\(holder.pid)/mountinfo", encoding: .utf8), before, "the namespace's mounts")
        },
        Expectation(
            "in a user namespace devices are the host's, and sysfs too where the network is", differs: [.runc: "cannot mount sysfs"]
        ) { trial in
            trial.userNamespace()
            trial.program("file /dev/null , mount /sys , mount /dev/null , make /dev/null")
            let namespaces = ["pid", "mount", "uts", "ipc", "user"].map { ["type": $0] }
            trial.change("linux", ["namespaces": namespaces])
            let seen = try trial.run()
            try expect(seen["file /dev/null"]?.contains(" 1:3 ") == true, "null: \(seen.lines) \(seen.errors)")
            try expect(seen["mount /sys"]?.contains("sysfs") == true, "sys: \(seen["mount /sys"] ?? "none")")
        },
        Expectation(
            "a user namespace reaches a root filesystem whose parents are closed to it",
            differs: [.crun: "needs the way open", .runc: "1.1.5 needs it too"]
        ) {
            trial in
            trial.userNamespace()
            trial.program("list /")
            chmod(trial.rootfs, 0o755)
            chmod(trial.bundle, 0o700)
            try expect(trial.run().all("list /").contains("inside"), "the root")
        },
    ]
}

extension Trial {
    /// A folder of the host with a file of user 1000 and group 1001.
    fileprivate func makeOwned() throws {
        try makeFolder("host")
        chown(try write("host/file", "text"), 1000, 1001)
        chmod(folder + "/host/file", 0o644)
    }

    fileprivate func changeLastMount(_ members: [String: Any]) {
        var mounts = configuration["mounts"] as? [[String: Any]] ?? []
        mounts[mounts.count - 1].merge(members) { $1 }
        configuration["mounts"] = mounts
    }

    fileprivate func removeLastMount() {
        configuration["mounts"] = (configuration["mounts"] as? [[String: Any]])?.dropLast().map { $0 }
    }

    /// A tmpfs of the host at `path` while `body` runs.
    fileprivate func withTmpfs(_ path: String, shared: Bool = false, _ body: () throws -> Observation) throws -> Observation {
        let whole = "\(folder)/\(path)"
        try expect(mount("tmpfs", whole, "tmpfs", 0, nil), 0, "a tmpfs on the host")
        defer { umount2(whole, Int32(MNT_DETACH)) }
        if shared { mount(nil, whole, nil, UInt(MS_SHARED), nil) }
        return try body()
    }

    /// Root inside is user 100000 outside, who may go where the root filesystem is.
    fileprivate func userNamespace(_ more: String...) {
        let mapping = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        let kinds = ["pid", "mount", "uts", "ipc", "network", "user"] + more
        change("linux", ["uidMappings": mapping, "gidMappings": mapping, "namespaces": kinds.map { ["type": $0] }])
        for path in [folder, bundle, rootfs] { chmod(path, 0o755) }
    }
}
