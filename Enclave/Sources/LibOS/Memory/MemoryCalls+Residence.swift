extension MemoryCalls {
    static func mincore(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        guard call.a0 & 4095 == 0 else { throw .EINVAL }
        let end = try end(call.a0, call.a1, else: .ENOMEM)
        // A piece at a time: a pool of 64 GiB has more pages than the kernel's heap has bytes to spare.
        var at = call.a0
        var target = call.a2
        while at < end {
            let count = min((end - at) / 4096, 4096)
            guard space.isMapped(at, at + count * 4096) else { throw .ENOMEM }
            var resident = Bytes(repeating: 0, count: Int(count))
            for page in resident.indices {
                let address = at + UInt64(page) * 4096
                if space.pool.contains(address, address + 4096), space.pool.isCommitted(address) { resident[page] = 1 }
            }
            try userStoreBytes(resident, to: target)
            at += count * 4096
            target &+= count
        }
        return 0
    }

    /// mlock, mlock2, munlock: a page that is there is never paged out by this kernel, so locking is making it present.
    static func lock(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        if call.number == 325, call.a2 & ~1 != 0 { throw .EINVAL }
        let start = call.a0 & ~4095
        // As Linux computes it: what overflows to nothing is nothing.
        let end = start &+ ((call.a1 &+ (call.a0 & 4095) &+ 4095) & ~4095)
        guard end >= start else { throw .EINVAL }
        if end == start { return 0 }
        guard space.isMapped(start, end) else { throw .ENOMEM }
        // MLOCK_ONFAULT waits until it is touched.
        if call.number == 149 || (call.number == 325 && call.a2 == 0) { space.bring(start, end) }
        return 0
    }

    /// mlockall: MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, the last not alone.
    static func lockAll(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 & ~7 == 0, call.a0 != 0, call.a0 != 4 else { throw .EINVAL }
        return 0
    }

    private static let asynchronous: UInt64 = 1
    private static let invalidate: UInt64 = 2
    private static let synchronous: UInt64 = 4

    /// BLOCKS.
    static func msync(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        guard call.a2 & ~7 == 0, call.a0 & 4095 == 0, call.a2 & (asynchronous | synchronous) != asynchronous | synchronous else {
            throw .EINVAL
        }
        let end = try end(call.a0, call.a1, else: .ENOMEM)
        var at = call.a0
        var hasHole = false
        while at < end {
            guard let mapping = space.first(endingAbove: at), mapping.start < end else {
                hasHole = true
                break
            }
            if mapping.start > at { hasHole = true }
            at = mapping.end
        }
        try space.writeBack(call.a0, end)
        if hasHole { throw .ENOMEM }
        return 0
    }
}
