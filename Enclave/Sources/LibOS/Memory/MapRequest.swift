/// The arguments of one `mmap`, checked in Linux' order.
struct MapRequest {
    let hint: UInt64
    let length: UInt64
    let protection: UInt32
    let flags: UInt64
    let offset: UInt64
    let file: OpenFile?

    private static let fixed: UInt64 = 0x10
    private static let anonymous: UInt64 = 0x20
    private static let low: UInt64 = 0x40
    private static let growsDown: UInt64 = 0x100
    private static let locked: UInt64 = 0x2000
    private static let populate: UInt64 = 0x8000
    private static let huge: UInt64 = 0x40000
    private static let synchronous: UInt64 = 0x80000
    private static let fixedNoReplace: UInt64 = 0x100000
    /// Of MAP_SHARED_VALIDATE: all flags Linux knew before it came, and MAP_SYNC, which only storage that is memory has.
    private static let known: UInt64 = 0x7c1f_ff73 & ~synchronous | 3
    private static let largeReservation: UInt64 = 32 << 20

    init(_ call: CallArguments, _ thread: Thread) throws(Errno) {
        hint = call.a0
        flags = call.a3
        protection = UInt32(call.a2 & 7)
        guard call.a5 & 4095 == 0 else { throw .EINVAL }
        var opened: OpenFile?
        if flags & Self.anonymous == 0 {
            opened = try thread.process.descriptors.get(Int32(truncatingIfNeeded: call.a4))
            if opened?.isPathOnly == true { throw .EBADF }
            if flags & Self.huge != 0 { throw .EINVAL }
        } else if flags & Self.huge != 0 {
            throw .ENOMEM
        }
        guard call.a1 > 0 else { throw .EINVAL }
        guard let length = MemoryCalls.roundUp(call.a1), length <= MemoryCalls.userEnd else { throw .ENOMEM }
        self.length = length
        if opened != nil {
            // Then no part of the mapping has an offset that overflows.
            let (end, overflow) = call.a5.addingReportingOverflow(length)
            guard !overflow, end <= UInt64(Int64.max) else { throw .EOVERFLOW }
        }
        if flags & (Self.fixed | Self.fixedNoReplace) != 0, hint & 4095 != 0 { throw .EINVAL }
        try Self.check(kind: flags & 0xf, flags, protection, opened)
        offset = opened == nil ? 0 : call.a5
        // Both kinds of mappings of it are anonymous memory.
        file = opened is ZeroDevice ? nil : opened
    }

    private static func check(kind: UInt64, _ flags: UInt64, _ protection: UInt32, _ file: OpenFile?) throws(Errno) {
        guard let file else {
            guard kind == 1 || kind == 2 else { throw .EINVAL }
            if kind == 1, flags & growsDown != 0 { throw .EINVAL }
            return
        }
        guard kind >= 1, kind <= 3 else { throw .EINVAL }
        if kind == 3, flags & ~known != 0 { throw .EOPNOTSUPP }
        if kind != 2, protection & Protection.write != 0, !file.canWrite { throw .EACCES }
        guard file.canRead else { throw .EACCES }
        guard file.mappable else { throw .ENODEV }
        // As on a Linux file system mounted noexec.
        if protection & Protection.execute != 0, !file.node.fileSystem.isTrusted { throw .EPERM }
        if flags & growsDown != 0 { throw .EINVAL }
        if kind != 2 { try file.requireShareable(writing: protection & Protection.write != 0) }
    }

    /// Whether the address is the program's choice.
    var hasPlace: Bool { flags & (Self.fixed | Self.fixedNoReplace) != 0 }
    var isPopulated: Bool { flags & (Self.populate | Self.locked) != 0 }

    /// What stays with the mapping.
    var shownFlags: UInt32 {
        let kept = Mapping.growsDown | Mapping.noReserve | Mapping.stack
        return UInt32(flags & 0xf == 2 ? 2 : 1) | (UInt32(truncatingIfNeeded: flags) & kept)
    }

    /// Chooses the address as Linux does: exactly there, there if free, or as high as there is room.
    func place(_ space: AddressSpace) throws(Errno) -> UInt64 {
        if hasPlace { return try fixedPlace(space) }
        if let wanted = MemoryCalls.roundUp(hint), wanted >= space.pool.start, wanted < space.pool.end,
            space.pool.end - wanted >= length, space.isFree(wanted, wanted + length)
        {
            return wanted
        }
        if flags & Self.low != 0 {
            let limit: UInt64 = 0x8000_0000
            guard let gap = space.gap(length, above: 0x4000_0000, below: limit) ?? space.gap(length, below: limit) else {
                throw .ENOMEM
            }
            return gap
        }
        // What is only reserved must not use up the pool: a large reservation goes beside it and can then never be committed. glibc
        // reserves 64 MiB a thread for a heap of its own, and goes without where it cannot have them.
        if !space.pool.isDynamic && protection == 0 && length >= Self.largeReservation {
            guard let gap = space.reservationGap(length) else { throw .ENOMEM }
            return gap
        }
        guard let gap = space.gap(length) else { throw .ENOMEM }
        return gap
    }

    private func fixedPlace(_ space: AddressSpace) throws(Errno) -> UInt64 {
        guard hint >= space.pool.start else { throw .EPERM }
        let (end, overflow) = hint.addingReportingOverflow(length)
        guard !overflow, end <= space.reservationEnd else { throw .ENOMEM }
        if flags & Self.fixedNoReplace != 0, !space.isFree(hint, end) { throw .EEXIST }
        return hint
    }
}
