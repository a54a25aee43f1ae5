extension MemoryCalls {
    private static let growsDown: UInt64 = 0x0100_0000
    private static let growsUp: UInt64 = 0x0200_0000

    /// As Linux, what lies before a hole is changed, and then it is ENOMEM.
    static func mprotect(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let growth = call.a2 & (growsDown | growsUp)
        let wanted = call.a2 & ~growth
        guard growth != growsDown | growsUp, call.a0 & 4095 == 0, wanted <= 15 else { throw .EINVAL }
        if call.a1 == 0 { return 0 }
        let end = try end(call.a0, call.a1, else: .ENOMEM)
        var start = call.a0
        if growth != 0 {
            guard growth == growsDown, let stack = space.mapping(at: start), stack.flags & Mapping.growsDown != 0 else {
                throw space.mapping(at: start) == nil ? .ENOMEM : .EINVAL
            }
            start = stack.start
        }
        let protection = UInt32(wanted) & Protection.all
        while start < end {
            guard let mapping = space.mapping(at: start) else { throw .ENOMEM }
            let stop = min(mapping.end, end)
            try protect(mapping.part(start, stop), protection, space)
            start = stop
        }
        return 0
    }

    /// BLOCKS.
    private static func protect(_ part: Mapping, _ protection: UInt32, _ space: AddressSpace) throws(Errno) {
        if part.protection == protection { return }
        guard let mapped = part.mapped else { return try change(part, protection, space) }
        if part.isShared, protection & Protection.write != 0, !mapped.mayWrite { throw .EACCES }
        if protection & Protection.execute != 0, !mapped.file.node.fileSystem.isTrusted { throw .EACCES }
        // A file mapping that had no rights was not read in yet.
        var unread: [(UInt64, UInt64)] = []
        if protection != 0, part.protection == 0, !mapped.isLazy(space) {
            space.pool.forEachMissing(part.start, part.end) { unread.append(($0, $1)) }
        }
        if protection & Protection.execute != 0 { mapped.prepareText(space) }
        try change(part, protection, space)
        for (from, to) in unread { try populate(part.part(from, to), space) }
        if protection & Protection.execute != 0, part.protection & Protection.execute == 0 {
            mapped.text?.patchInPlace(part.start, part.end, space)
        }
    }

    private static func change(_ part: Mapping, _ protection: UInt32, _ space: AddressSpace) throws(Errno) {
        try space.protect(part.start, part.end, protection)
        // Code is not restricted: compilers at run time change their pages' rights to and fro all the time.
        if part.protection & Protection.execute == 0, part.protection & ~protection != 0 {
            space.pool.restrict(part.start, part.end, to: protection)
        }
    }
}
