import Wire

/// The texts of /proc/N.
enum ProcessTexts {
    /// 52 fields as `proc(5)` numbers them; what is not known in here is 0.
    static func stat(_ process: Process, thread: Thread?) -> Bytes {
        var text = TextBuilder()
        text.add(thread?.id ?? process.id)
        text.add(" (")
        text.add(thread?.name ?? process.name)
        text.add(") R")
        for value in [process.parentID, process.processGroup, process.session, 0, -1] { field(&text, Int(value)) }
        // 9 flags, 10–13 faults, 14–17 times in ticks
        let ticks = Int((thread?.ran ?? process.ran) / 10_000_000)
        for value in [0x400000, 0, 0, 0, 0, ticks, 0, 0, 0] { field(&text, value) }
        // 18 priority, 19 nice, 20 threads, 21 itrealvalue, 22 start in ticks, 23 bytes, 24 pages, 25 limit
        let pages = residentPages(process)
        for value in [20, 0, process.threads.count, 0, Int(process.startedAt / 10_000_000)] { field(&text, value) }
        field(&text, Int(process.addressSpace.mappedBytes))
        field(&text, Int(pages))
        text.add(" 18446744073709551615")
        for _ in 26...37 { field(&text, 0) }
        field(&text, 17)
        for _ in 39...52 { field(&text, 0) }
        text.add("\n")
        return text.bytes
    }

    private static func field(_ text: inout TextBuilder, _ value: Int) {
        text.add(" ")
        text.add(value)
    }

    private static func residentPages(_ process: Process) -> UInt64 { process.addressSpace.pool.committed }

    static func memory(_ process: Process) -> Bytes {
        var text = TextBuilder()
        let total = process.addressSpace.mappedBytes / 4096
        let resident = residentPages(process)
        text.add(total)
        text.add(" ")
        text.add(resident)
        text.add(" 0 0 0 ")
        text.add(resident)
        text.add(" 0\n")
        return text.bytes
    }

    static func status(_ process: Process, thread: Thread?) -> Bytes {
        var text = TextBuilder("Name:\t")
        text.add(thread?.name ?? process.name)
        text.add("\nUmask:\t")
        text.add(octal: process.umask, digits: 4)
        text.add("\nState:\tR (running)\nTgid:\t")
        text.add(process.id)
        text.add("\nNgid:\t0\nPid:\t")
        text.add(thread?.id ?? process.id)
        text.add("\nPPid:\t")
        text.add(process.parentID)
        text.add("\nTracerPid:\t0\nUid:\t")
        identities(&text, [process.uid, process.euid, process.suid, process.fsuid])
        text.add("\nGid:\t")
        identities(&text, [process.gid, process.egid, process.sgid, process.fsgid])
        text.add("\nFDSize:\t")
        text.add(max(64, process.descriptors.end))
        text.add("\nGroups:\t")
        for group in process.groups {
            text.add(group)
            text.add(" ")
        }
        let size = process.addressSpace.mappedBytes / 1024
        let resident = residentPages(process) * 4
        for (label, value) in [
            ("\nVmPeak:\t" as StaticString, size), ("\nVmSize:\t", size), ("\nVmHWM:\t", resident), ("\nVmRSS:\t", resident),
        ] {
            text.add(label)
            text.add(value, width: 8)
            text.add(" kB")
        }
        text.add("\nThreads:\t")
        text.add(process.threads.count)
        text.add("\nSigQ:\t0/4096\n")
        signals(&text, process, thread ?? process.threads.first)
        text.add("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n")
        text.add("CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t0\n")
        processors(&text)
        return text.bytes
    }

    /// The sets of signals: pending for the thread and for the process, blocked, ignored, caught.
    private static func signals(_ text: inout TextBuilder, _ process: Process, _ thread: Thread?) {
        var ignored: UInt64 = 0
        var caught: UInt64 = 0
        for signal in 1...64 {
            let handler = process.signals[Int32(signal)].handler
            if handler == 1 { ignored |= Signal.bit(Int32(signal)) } else if handler != 0 { caught |= Signal.bit(Int32(signal)) }
        }
        for (label, set) in [
            ("SigPnd:\t" as StaticString, thread?.signals.pending.bits ?? 0),
            ("ShdPnd:\t", process.signals.pending.bits), ("SigBlk:\t", thread?.signals.mask ?? 0),
            ("SigIgn:\t", ignored), ("SigCgt:\t", caught),
        ] {
            text.add(label)
            text.add(hex: set, digits: 16)
            text.add("\n")
        }
    }

    /// Bytes are not counted.
    static let transfers: StaticString =
        "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"

    static func auxiliaryVector(_ process: Process) -> Bytes {
        var writer = ByteWriter()
        for word in process.auxiliaryVector { writer.u64(word) }
        return writer.bytes
    }

    private static func identities(_ text: inout TextBuilder, _ values: [UInt32]) {
        for index in 0..<values.count {
            if index > 0 { text.add("\t") }
            text.add(values[index])
        }
    }

    private static func processors(_ text: inout TextBuilder) {
        text.add("Cpus_allowed:\t")
        text.add(hex: MachineFiles.processorMask, digits: 1)
        text.add("\nCpus_allowed_list:\t")
        text.add(MachineFiles.processorList())
        text.add("Mems_allowed:\t1\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n")
    }

    static func maps(_ process: Process, detailed: Bool) -> Bytes {
        var text = TextBuilder()
        process.addressSpace.forEachMapping { mapping in
            let (start, end) = (mapping.start, mapping.end)
            let (protection, flags, offset) = (mapping.protection, mapping.flags, mapping.fileOffset)
            let path = mappedName(mapping)
            let line = text.bytes.count
            text.add(hex: start, digits: 8)
            text.add("-")
            text.add(hex: end, digits: 8)
            text.add(" ")
            text.add(byte: protection & 1 != 0 ? 114 : 45)
            text.add(byte: protection & 2 != 0 ? 119 : 45)
            text.add(byte: protection & 4 != 0 ? 120 : 45)
            text.add(byte: flags & 1 != 0 ? 115 : 112)
            text.add(" ")
            text.add(hex: offset, digits: 8)
            text.add(" 00:00 ")
            text.add(path.first == 47 ? UInt64(1) : 0)
            if !path.isEmpty {
                text.pad(73 - (text.bytes.count - line), with: 32)
                text.add(path)
            }
            text.add("\n")
            if detailed { details(&text, kilobytes: (end - start) / 1024, resident: protection != 0) }
        }
        return text.bytes
    }

    private static func mappedName(_ mapping: Mapping) -> Bytes {
        switch mapping.purpose {
        case .heap: LogText("[heap]").bytes
        case .stack: LogText("[stack]").bytes
        case .clocks: LogText("[vvar]").bytes
        case .clockCode: LogText("[vdso]").bytes
        default: mapping.file?.path ?? []
        }
    }

    private static func details(_ text: inout TextBuilder, kilobytes: UInt64, resident: Bool) {
        let present = resident ? kilobytes : 0
        for (label, value) in [
            ("Size:           " as StaticString, kilobytes), ("KernelPageSize: ", 4), ("MMUPageSize:    ", 4),
            ("Rss:            ", present), ("Pss:            ", present), ("Shared_Clean:   ", 0), ("Shared_Dirty:   ", 0),
            ("Private_Clean:  ", 0), ("Private_Dirty:  ", present), ("Referenced:     ", present), ("Anonymous:      ", present),
            ("Swap:           ", 0),
        ] {
            text.add(label)
            text.add(value, width: 8)
            text.add(" kB\n")
        }
    }

    static func limits(_ process: Process) -> Bytes {
        let names: [(StaticString, StaticString)] = [
            ("Max cpu time", "seconds"), ("Max file size", "bytes"), ("Max data size", "bytes"), ("Max stack size", "bytes"),
            ("Max core file size", "bytes"), ("Max resident set", "bytes"), ("Max processes", "processes"),
            ("Max open files", "files"), ("Max locked memory", "bytes"), ("Max address space", "bytes"),
            ("Max file locks", "locks"), ("Max pending signals", "signals"), ("Max msgqueue size", "bytes"),
            ("Max nice priority", ""), ("Max realtime priority", ""), ("Max realtime timeout", "us"),
        ]
        var text = TextBuilder("Limit                     Soft Limit           Hard Limit           Units     \n")
        for index in names.indices {
            let line = text.bytes.count
            text.add(names[index].0)
            for (column, value) in [(26, process.limits[index].soft), (47, process.limits[index].hard)] {
                text.pad(column - (text.bytes.count - line), with: 32)
                if value == UInt64.max { text.add("unlimited") } else { text.add(value) }
            }
            text.pad(68 - (text.bytes.count - line), with: 32)
            text.add(names[index].1)
            text.pad(78 - (text.bytes.count - line), with: 32)
            text.add("\n")
        }
        return text.bytes
    }
}
