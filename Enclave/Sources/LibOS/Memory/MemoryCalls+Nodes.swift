extension MemoryCalls {
    /// The calls about memory nodes, of which there is one: number 0.
    static func policy(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        switch call.number {
        case 237: return try bind(call, thread)
        case 238:
            try check(mode: UInt32(truncatingIfNeeded: call.a0), nodes: call.a1, count: call.a2)
            return 0
        case 239: return try policyOf(call, thread)
        case 256: return try isAlone(call.a0, thread) ? 0 : -Int64(Errno.ESRCH.code)
        case 279: return try movePages(call, thread)
        default: throw .EINVAL
        }
    }

    private static func isAlone(_ pid: UInt64, _ thread: Thread) throws(Errno) -> Bool {
        let id = Int32(truncatingIfNeeded: pid)
        return id == 0 || id == thread.process.id || thread.process.threads.contains { $0.id == id }
    }

    /// MPOL_DEFAULT 0, PREFERRED 1, BIND 2, INTERLEAVE 3, LOCAL 4, PREFERRED_MANY 5; flags in the upper bits.
    private static func check(mode: UInt32, nodes: UInt64, count: UInt64) throws(Errno) {
        let kind = mode & 0x1fff
        guard kind <= 5, mode & 0xc000 != 0xc000 else { throw .EINVAL }
        let mask = try nodeMask(nodes, count)
        switch kind {
        case 0, 4: guard mask == 0 else { throw .EINVAL }
        case 1: guard mask & ~1 == 0 else { throw .EINVAL }
        default: guard mask & 1 != 0 else { throw .EINVAL }
        }
    }

    /// Of the first 64 nodes; the rest must not be set.
    private static func nodeMask(_ address: UInt64, _ count: UInt64) throws(Errno) -> UInt64 {
        guard address != 0, count > 1 else { return 0 }
        guard count - 1 <= 4096 * 8 else { throw .EINVAL }
        let words = (count - 1 + 63) / 64
        var mask: UInt64 = 0
        for index in 0..<words {
            let word = try userLoad(address &+ index * 8, as: UInt64.self)
            if index == 0 { mask = word } else if word != 0 { throw .EINVAL }
        }
        if count - 1 < 64 { mask &= (1 << (count - 1)) - 1 }
        return mask
    }

    private static func bind(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 & 4095 == 0, call.a5 & ~7 == 0 else { throw .EINVAL }
        try check(mode: UInt32(truncatingIfNeeded: call.a2), nodes: call.a3, count: call.a4)
        let end = try end(call.a0, call.a1, else: .EINVAL)
        guard thread.process.addressSpace.isMapped(call.a0, end) else { throw .EFAULT }
        return 0
    }

    /// Everything has the default policy, and every page lies on node 0.
    private static func policyOf(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let node: UInt64 = 1
        let address: UInt64 = 2
        let allowed: UInt64 = 4
        guard call.a4 & ~7 == 0 else { throw .EINVAL }
        if call.a4 & allowed != 0, call.a4 != allowed { throw .EINVAL }
        if call.a4 & address != 0 {
            guard thread.process.addressSpace.mapping(at: call.a3) != nil else { throw .EFAULT }
        } else if call.a3 != 0 {
            throw .EINVAL
        }
        if call.a4 & node != 0, call.a4 & address == 0 { throw .EINVAL }
        if call.a0 != 0, call.a4 & allowed == 0 { try userStore(UInt32(0), to: call.a0) }
        guard call.a1 != 0 else { return 0 }
        guard call.a2 >= 1 else { throw .EINVAL }
        // As many words as hold the bits below the last one; that of all ones wraps to none, as it does in Linux.
        let words = ((call.a2 &- 1) &+ 63) / 64
        guard words <= 512 else { throw .EINVAL }
        for index in 0..<words {
            try userStore(call.a4 & allowed != 0 && index == 0 ? UInt64(1) : 0, to: call.a1 &+ index * 8)
        }
        return 0
    }

    /// Says where pages are, and moves them nowhere.
    private static func movePages(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a5 & ~6 == 0 else { throw .EINVAL }
        guard try isAlone(call.a0, thread) else { throw .ESRCH }
        let space = thread.process.addressSpace
        for index in 0..<call.a1 {
            let page = try userLoad(call.a2 &+ index * 8, as: UInt64.self)
            if call.a3 != 0 {
                guard try userLoad(call.a3 &+ index * 4, as: Int32.self) == 0 else { throw .ENODEV }
            }
            var status: Int32 = 0
            if space.mapping(at: page) == nil {
                status = -Errno.EFAULT.code
            } else if !space.pool.contains(page, page) || !space.pool.isCommitted(page & ~4095) {
                status = -Errno.ENOENT.code
            }
            try userStore(status, to: call.a4 &+ index * 4)
        }
        return 0
    }
}
