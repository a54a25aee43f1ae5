extension MemoryCalls {
    /// MADV_* as Linux numbers them.
    private enum Advice {
        static let willNeed: UInt32 = 3
        static let dontNeed: UInt32 = 4
        static let free: UInt32 = 8
        static let remove: UInt32 = 9
        static let pageOut: UInt32 = 21
        static let populateRead: UInt32 = 22
        static let populateWrite: UInt32 = 23
        static let dontNeedLocked: UInt32 = 24
        /// What changes nothing a program could see: how it is going to read, what a child or a core file gets, huge and merged pages.
        static let silent: Set32 = [0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
    }

    static func madvise(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let advice = UInt32(truncatingIfNeeded: call.a2)
        let known: [UInt32] = [
            Advice.dontNeed, Advice.free, Advice.remove, Advice.populateRead, Advice.populateWrite, Advice.dontNeedLocked,
        ]
        guard Advice.silent.contains(advice) || known.contains(advice) else { throw .EINVAL }
        guard call.a0 & 4095 == 0 else { throw .EINVAL }
        let end = try end(call.a0, call.a1, else: .EINVAL)
        if call.a1 == 0 { return 0 }
        // By address: each step may wait, and another thread change the mappings. What is mapped behind a hole is advised all the same.
        var at = call.a0
        var hasHole = false
        while at < end {
            guard let mapping = space.first(endingAbove: at), mapping.start < end else {
                hasHole = true
                break
            }
            if mapping.start > at { hasHole = true }
            if hasHole, advice == Advice.populateRead || advice == Advice.populateWrite { break }
            let from = max(mapping.start, at)
            at = min(mapping.end, end)
            try advise(advice, from, at, mapping, space)
        }
        if hasHole { throw .ENOMEM }
        return 0
    }

    private static func advise(
        _ advice: UInt32, _ from: UInt64, _ to: UInt64, _ mapping: Mapping, _ space: AddressSpace
    ) throws(Errno) {
        switch advice {
        case Advice.dontNeed, Advice.dontNeedLocked: try forget(from, to, mapping, space)
        case Advice.free:
            // Doing nothing is one of the things it may do.
            guard mapping.mapped == nil, !mapping.isShared else { throw .EINVAL }
        case Advice.remove: try removeBacking(from, to, mapping, space)
        case Advice.populateRead, Advice.populateWrite:
            try populate(from, to, mapping, space, writing: advice == Advice.populateWrite)
        default: break
        }
    }

    /// Anonymous memory reads as zeros afterwards, files as they are on disk.
    private static func forget(_ from: UInt64, _ to: UInt64, _ mapping: Mapping, _ space: AddressSpace) throws(Errno) {
        // Shared memory keeps what is in it.
        if mapping.isShared { return }
        if let mapped = mapping.mapped {
            space.pool.clear(from, to)
            if mapped.isLazy(space) {
                space.refill(mapping, from, to)
                return space.pool.restrict(from, to, to: mapping.protection)
            }
            guard mapping.protection != 0 else { return }
            try populate(mapping.part(from, to), space)
            mapped.text?.patchInPlace(from, to, space)
        } else if space.pool.isDynamic {
            space.forget(from, to, mapping)
        } else if mapping.protection != 0, mapping.flags & Mapping.stack == 0 {
            // A thread that ends forgets its whole stack, and the next one that gets it assumes nothing: with fixed memory zeroing 8 MiB a
            // thread would cost more than the thread.
            space.pool.clear(from, to)
        }
    }

    private static func removeBacking(_ from: UInt64, _ to: UInt64, _ mapping: Mapping, _ space: AddressSpace) throws(Errno) {
        guard mapping.isShared else { throw .EINVAL }
        guard mapping.protection & Protection.write != 0 else { throw .EACCES }
        space.pool.clear(from, to)
        if let file = mapping.file {
            // FALLOC_FL_PUNCH_HOLE and KEEP_SIZE.
            try file.allocate(mode: 3, offset: mapping.offset(of: from), length: to - from)
        }
    }

    private static func populate(
        _ from: UInt64, _ to: UInt64, _ mapping: Mapping, _ space: AddressSpace, writing: Bool
    ) throws(Errno) {
        guard mapping.protection & (writing ? Protection.write : Protection.all) != 0 else { throw .EINVAL }
        space.bring(from, to)
        guard !space.pool.isDynamic || space.pool.allCommitted(from, to) else { throw mapping.mapped == nil ? .ENOMEM : .EFAULT }
    }
}

/// A set of small numbers.
struct Set32: ExpressibleByArrayLiteral {
    private var bits: UInt32 = 0

    init(arrayLiteral elements: UInt32...) {
        for element in elements { bits |= 1 << element }
    }

    func contains(_ element: UInt32) -> Bool { element < 32 && bits >> element & 1 != 0 }
}
