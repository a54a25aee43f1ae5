/// The files of /proc that tell of the machine: as many processors as there are vCPUs, as much memory as the enclave has.
enum MachineFiles {
    static func add(to root: GeneratedDirectory) {
        root.add("cpuinfo") { () throws(Errno) in
            var text = TextBuilder()
            for cpu in 0..<processors { text.add(CPUTable.cpuinfoText(cpu: cpu)) }
            return text.bytes
        }
        root.add("meminfo") { () throws(Errno) in memory() }
        root.add("stat") { () throws(Errno) in statistics() }
        root.add("uptime") { () throws(Errno) in
            var text = TextBuilder()
            let hundredths = Clock.monotonic() / 10_000_000
            for index in 0..<2 {
                text.add(hundredths / 100)
                text.add(".")
                if hundredths % 100 < 10 { text.add("0") }
                text.add(hundredths % 100)
                text.add(index == 0 ? " " : "\n")
            }
            return text.bytes
        }
        root.add("loadavg", text: "0.00 0.00 0.00 1/1 1\n")
        root.add("version", text: "Linux version 6.1.0 #1 SMP Inclavare\n")
        root.add("filesystems", text: "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tpipefs\nnodev\toverlay\n")
        root.add("cgroups", text: "#subsys_name\thierarchy\tnum_cgroups\tenabled\n")
        root.add("cmdline", text: "\n")
        root.add("devices", text: "Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n\nBlock devices:\n")
        root.add("diskstats", text: "")
        root.add("partitions", text: "major minor  #blocks  name\n\n")
        root.add("vmstat", text: "pswpin 0\npswpout 0\n")
        root.add("swaps", text: "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
    }

    static var processors: Int { kernel.cpuCount }

    static var processorMask: UInt64 { processors >= 64 ? UInt64.max : (1 << UInt64(processors)) - 1 }

    /// `0-3` and a line feed.
    static func processorList() -> Bytes {
        var text = TextBuilder("0")
        if processors > 1 {
            text.add("-")
            text.add(processors - 1)
        }
        text.add("\n")
        return text.bytes
    }

    private static func memory() -> Bytes {
        var text = TextBuilder()
        let total = kernel.memoryTotal / 1024
        let free = kernel.memoryFree / 1024
        for (label, value) in [
            ("MemTotal:       " as StaticString, total), ("MemFree:        ", free), ("MemAvailable:   ", free),
            ("Buffers:        ", 0), ("Cached:         ", 0), ("SwapCached:     ", 0), ("Active:         ", total - free),
            ("Inactive:       ", 0), ("SwapTotal:      ", 0), ("SwapFree:       ", 0), ("Dirty:          ", 0),
            ("AnonPages:      ", total - free), ("Mapped:         ", 0), ("Shmem:          ", 0), ("Slab:           ", 0),
            ("CommitLimit:    ", total), ("Committed_AS:   ", total - free), ("VmallocTotal:   ", 0),
        ] {
            text.add(label)
            text.add(value, width: 8)
            text.add(" kB\n")
        }
        text.add("HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n")
        text.add("Hugepagesize:       2048 kB\nHugetlb:               0 kB\n")
        return text.bytes
    }

    /// What all processes have run so far, in nanoseconds.
    static var processorTime: UInt64 { ProcessList.all.reduce(0) { $0 + $1.ran } }

    /// ` user nice system idle …`, in hundredths of a second.
    private static func addTimes(to text: inout TextBuilder, used: UInt64, of total: UInt64) {
        text.add(" ")
        text.add(used / 10_000_000)
        text.add(" 0 0 ")
        text.add((total - min(used, total)) / 10_000_000)
        text.add(" 0 0 0 0 0 0\n")
    }

    private static func statistics() -> Bytes {
        var text = TextBuilder("cpu ")
        addTimes(to: &text, used: processorTime, of: Clock.monotonic() * UInt64(processors))
        for cpu in 0..<processors {
            text.add("cpu")
            text.add(cpu)
            // Nobody keeps count for each: a share of all.
            addTimes(to: &text, used: processorTime / UInt64(processors), of: Clock.monotonic())
        }
        text.add("intr 0\nctxt 0\nbtime ")
        let now = Clock.realtime()
        text.add((now - min(Clock.monotonic(), now)) / 1_000_000_000)
        text.add("\nprocesses ")
        text.add(ProcessList.all.count)
        text.add("\nprocs_running 1\nprocs_blocked 0\n")
        return text.bytes
    }
}
