import Foundation

/// Attempts to get out of a container, each named after the hole it once was in a runtime.
///
/// `HardeningTests` tries each with the runtimes, and with a `rune` whose protection was taken out, where it must come through.
extension Expectation {
    static let hardening: [Expectation] = [
        Expectation("CVE-2019-5736: a program named by #!/proc/self/exe gives nobody the runtime to write to") { trial in
            try trial.put("attack", InsideProgram.attack.get())
            mkfifo(trial.rootfs + "/data/fifo", 0o666)
            let script = try trial.write("bundle/rootfs/data/script", "#!/proc/self/exe --log=/data/fifo\n")
            chmod(script, 0o755)
            trial.change("process", ["args": ["/attack", "grab", "/data/fifo"]])
            try trial.create().succeeded("create")
            try trial.command("start", trial.id).succeeded("start")
            let holder = try trial.pid()
            trial.change("process", ["args": ["/data/script"]])
            trial.join("pid", of: holder)
            _ = try trial.create(as: trial.id + "-second")
            _ = try trial.command("start", trial.id + "-second")
            let seen = try trial.ended()
            guard let result = seen["grab"] else { throw Unmet("nothing was tried: \(seen.errors)") }
            try expect(result != "ok", "the runtime's executable was opened for writing")
        },
        Expectation("CVE-2024-21626: no working directory and no descriptor leads to the host's files") { trial in
            try trial.write("secret", "of the host")
            let secret = trial.folder.dropFirst() + "/secret"
            for number in 3..<20 {
                trial.program("read \(secret) , read ../../../../../../../\(secret) , descriptors")
                trial.change("process", ["cwd": "/proc/self/fd/\(number)"])
                let seen = try trial.run()
                try expect(
                    !seen.lines.contains { $0.contains("of the host") }, "the host's file was read from descriptor \(number)")
                try expect(seen.all("descriptor").allSatisfy { (Int($0) ?? 99) < 3 }, "descriptors: \(seen.all("descriptor"))")
            }
        },
        Expectation("CVE-2025-31133: a /dev/null of the image that is a link uncovers no masked path") { trial in
            try trial.imageDevices(["null": "/proc/sys/kernel/hostname"])
            trial.program("write /proc/keys changed , names")
            trial.change("linux", ["maskedPaths": ["/proc/keys"], "readonlyPaths": ["/proc/sys"]])
            let seen = try trial.run()
            try expect(seen["hostname"] != "changed", "a read-only kernel parameter was written through a masked path")
        },
        Expectation("CVE-2025-52565: a terminal of the image that is a link puts no other file on /dev/console") { trial in
            try trial.imageDevices(["console": "/data/console"])
            try trial.makeFolder("bundle/rootfs/dev/pts")
            try trial.write("bundle/rootfs/data/console", "")
            for number in 0..<64 {
                try trial.link("dev/pts/\(number)", to: "/proc/sys/kernel/hostname")
            }
            trial.program("write /data/console changed , write /dev/console changed , names")
            trial.change("process", ["terminal": true])
            trial.change("linux", ["readonlyPaths": ["/proc/sys"]])
            let seen = try trial.run()
            try expect(!seen.lines.contains { $0.contains("hostname changed") }, "a read-only kernel parameter was written")
        },
        Expectation(
            "CVE-2025-52881: what is mounted over a file of /proc gets nothing that is written to the file",
            differs: [.crun: "1.8.1 writes to it"]
        ) { trial in
            let victim = try trial.write("victim", "untouched")
            trial.change("linux", ["sysctl": ["kernel.domainname": "set"]])
            trial.program("names")
            let seen = try trial.run(
                under: [
                    "unshare", "--mount", "sh", "-c", "mount --bind \(victim) /proc/sys/kernel/domainname && exec \"$@\"", "sh",
                ])
            try expect(try trial.read("victim"), "untouched", "the file mounted over the parameter")
            try expect(
                seen.status != 0 || seen["domainname"] == "set", "the parameter was not set, and nobody said so")
        },
        Expectation(
            "CVE-2021-30465: an exchange of links while mounts are made leads none of them out of the root",
            differs: [.runc: "1.1.5 makes the folder of the mount outside, now and then"]
        ) { trial in
            let outside = trial.folder + "/outside"
            try trial.makeFolder("outside")
            try trial.makeFolder("bundle/rootfs/data/one")
            // There inside the root as well, so that a mount that meets the link does not end the run.
            try trial.makeFolder("bundle/rootfs\(outside)")
            try FileManager.default.createSymbolicLink(atPath: trial.rootfs + "/data/other", withDestinationPath: outside)
            let places = (1...30).map { "in\($0)" }
            for place in places { trial.addMount("/data/one/\(place)", "tmpfs", from: "tmpfs") }
            trial.configuration["root"] = ["path": "rootfs"]
            let words = ["\(trial.rootfs)/data/one", "\(trial.rootfs)/data/other", "10"]
            let exchange = try RunningProgram([try InsideProgram.attack.get(), "exchange"] + words)
            var strays: [String] = []
            for _ in 0..<50 where strays.isEmpty {
                _ = try trial.run()
                strays = try FileManager.default.contentsOfDirectory(atPath: outside)
                // Where a folder is there already, none is made that could come to lie outside.
                for folder in ["/data/one", "/data/other", outside] {
                    for place in places { unlinkat(AT_FDCWD, "\(trial.rootfs)\(folder)/\(place)", AT_REMOVEDIR) }
                }
            }
            _ = exchange.pid
            try expect(strays, [], "folders made outside")
        },
        Expectation(
            "CVE-2019-16884: nothing is mounted over the files of /proc that a runtime or a program trusts",
            differs: [.crun: "mounts what it is told to"]
        ) { trial in
            try trial.makeFolder("host")
            for place in ["/proc", "/proc/self/attr", "/proc/sys"] {
                let mounts = trial.configuration["mounts"]
                trial.addMount(place, "bind", from: trial.folder + "/host", ["bind"])
                let seen = try trial.run()
                try expect(seen.status != 0, "a folder was mounted on \(place)")
                trial.configuration["mounts"] = mounts
            }
        },
        Expectation(
            "CVE-2019-19921: a /proc of the image that is a link is not mounted through",
            differs: [.crun: "mounts where the link leads"]
        ) {
            trial in
            try FileManager.default.removeItem(atPath: trial.rootfs + "/proc")
            try FileManager.default.createSymbolicLink(atPath: trial.rootfs + "/proc", withDestinationPath: "/data")
            try expect(trial.run().status != 0, "proc was mounted on /data")
        },
        Expectation(
            "CVE-2016-9962: the process of a container that is being made shows itself to nobody inside",
            differs: [.runc: "its process has another number"]
        ) { trial in
            trial.program("await")
            try trial.launch()
            let holder = try trial.pid()
            trial.join("pid", of: holder)
            try trial.create(as: trial.id + "-second").succeeded("create")
            trial.program("target /proc/2/fd/0 , target /proc/2/root , list /proc/2/root , open /proc/2/environ")
            let seen = try trial.run(as: trial.id + "-third")
            for key in ["target /proc/2/fd/0", "target /proc/2/root", "list /proc/2/root", "open /proc/2/environ"] {
                try seen.expect(key, "!EACCES")
            }
        },
    ]
}

extension Trial {
    fileprivate func put(_ name: String, _ program: String) throws {
        try FileManager.default.copyItem(atPath: program, toPath: "\(rootfs)/\(name)")
    }

    fileprivate func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(rootfs)/\(path)", withDestinationPath: target)
    }

    /// No /dev is mounted: the image's own is used, with these links in it.
    fileprivate func imageDevices(_ links: [String: String]) throws {
        let mounts = configuration["mounts"] as? [[String: Any]] ?? []
        configuration["mounts"] = mounts.filter { ($0["destination"] as? String)?.hasPrefix("/dev") != true }
        configuration["root"] = ["path": rootfs]
        for (name, target) in links { try link("dev/" + name, to: target) }
    }

    /// Joins one namespace of the process `pid`.
    fileprivate func join(_ kind: String, of pid: Int32) {
        let linux = configuration["linux"] as? [String: Any]
        let namespaces = (linux?["namespaces"] as? [[String: Any]] ?? []).filter { $0["type"] as? String != kind }
        change("linux", ["namespaces": namespaces + [["type": kind, "path": "/proc/\(pid)/ns/\(kind)"]]])
    }
}
