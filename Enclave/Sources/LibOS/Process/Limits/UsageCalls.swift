/// getrusage, times and sysinfo: what is known is said, the rest is 0.
enum UsageCalls {
    private static let children: Int32 = -1
    private static let thread: Int32 = 1

    static func usage(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let time: UInt64
        switch Int32(truncatingIfNeeded: call.a0) {
        case 0: time = thread.process.ran
        case children: time = 0
        case Self.thread: time = thread.ran
        default: throw .EINVAL
        }
        let isChildren = Int32(truncatingIfNeeded: call.a0) == children
        var out = Bytes(repeating: 0, count: 144)
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: time / 1_000_000_000, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: time % 1_000_000_000 / 1000, toByteOffset: 8, as: UInt64.self)
            guard !isChildren else { return }
            raw.storeBytes(of: kernel.pool.peak * 4, toByteOffset: 32, as: UInt64.self)
            raw.storeBytes(of: kernel.pool.accepted, toByteOffset: 64, as: UInt64.self)
            raw.storeBytes(of: Scheduler.contextSwitches, toByteOffset: 128, as: UInt64.self)
        }
        try userStoreBytes(out, to: call.a1)
        return 0
    }

    static func times(_ address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        let ticks = thread.process.ran / 10_000_000
        if address != 0 {
            try userStore(ticks, to: address)
            for offset in [UInt64(8), 16, 24] { try userStore(UInt64(0), to: address &+ offset) }
        }
        return Int64(Clock.monotonic() / 10_000_000)
    }

    static func system(_ address: UInt64) throws(Errno) -> Int64 {
        var out = Bytes(repeating: 0, count: 112)
        var threads = 0
        for process in kernel.processList { threads += process.threads.count }
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: Clock.monotonic() / 1_000_000_000, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: kernel.memoryTotal, toByteOffset: 32, as: UInt64.self)
            raw.storeBytes(of: kernel.memoryFree, toByteOffset: 40, as: UInt64.self)
            raw.storeBytes(of: UInt16(clamping: threads), toByteOffset: 80, as: UInt16.self)
            raw.storeBytes(of: UInt32(1), toByteOffset: 104, as: UInt32.self)
        }
        try userStoreBytes(out, to: address)
        return 0
    }
}
