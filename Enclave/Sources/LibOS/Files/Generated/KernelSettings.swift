/// /proc/sys and /proc/net: what programs read before they start.
enum KernelSettings {
    static func add(to root: GeneratedDirectory) {
        let system = root.addDirectory("sys")
        addKernel(system.addDirectory("kernel"))
        let memory = system.addDirectory("vm")
        memory.add("overcommit_memory", text: "2\n")
        memory.add("overcommit_ratio", text: "100\n")
        memory.add("max_map_count", text: "65530\n")
        memory.add("swappiness", text: "0\n")
        memory.add("mmap_min_addr", text: "65536\n")
        let files = system.addDirectory("fs")
        files.add("file-max", text: "9223372036854775807\n")
        files.add("nr_open", text: "1048576\n")
        files.add("pipe-max-size", text: "1048576\n")
        let watches = files.addDirectory("inotify")
        for (name, most) in [
            ("max_user_instances" as StaticString, InotifyFile.mostInstances), ("max_user_watches", InotifyFile.mostWatches),
            ("max_queued_events", InotifyFile.mostEvents),
        ] {
            watches.add(name) { () throws(Errno) in
                var text = TextBuilder()
                text.add(most)
                text.add("\n")
                return text.bytes
            }
        }
        let net = system.addDirectory("net")
        net.addDirectory("core").add("somaxconn", text: "4096\n")
        NetworkTexts.add(to: root.addDirectory("net"))
    }

    private static func addKernel(_ directory: GeneratedDirectory) {
        directory.add("osrelease", text: "6.1.0\n")
        directory.add("ostype", text: "Linux\n")
        directory.add("version", text: "#1 SMP Inclavare\n")
        directory.add("hostname") { () throws(Errno) in kernel.hostname + [10] }
        directory.add("domainname", text: "(none)\n")
        directory.add("pid_max", text: "4194304\n")
        directory.add("threads-max", text: "819200\n")
        directory.add("ngroups_max", text: "65536\n")
        directory.add("cap_last_cap", text: "40\n")
        directory.add("overflowuid", text: "65534\n")
        directory.add("overflowgid", text: "65534\n")
        directory.add("randomize_va_space", text: "2\n")
        directory.add("core_pattern", text: "core\n")
        let random = directory.addDirectory("random")
        let boot = identifier()
        random.add("boot_id") { () throws(Errno) in boot }
        random.add("uuid") { () throws(Errno) in identifier() }
        random.add("entropy_avail", text: "256\n")
        random.add("poolsize", text: "256\n")
    }

    /// A random UUID and a line feed.
    private static func identifier() -> Bytes {
        var bytes = Bytes(repeating: 0, count: 16)
        bytes.withUnsafeMutableBytes { raw in
            if let base = raw.baseAddress { Random.fill(base, raw.count) }
        }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        var text = TextBuilder()
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.add("-") }
            text.add(hex: UInt64(bytes[index]), digits: 2)
        }
        text.add("\n")
        return text.bytes
    }
}
