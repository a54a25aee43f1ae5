/// `struct open_how` of `openat2`: flags, mode and resolution, 64 bits each.
struct OpenHow {
    let flags: UInt32
    let mode: UInt32
    let resolution: Resolution

    private static let size: UInt64 = 24
    private static let known =
        OpenFlags.accessMode | OpenFlags.onlyAtOpen | OpenFlags.settable | OpenFlags.large | OpenFlags.directory | OpenFlags.path
        | OpenFlags.temporary | OpenFlags.synchronised
    private static let withPath = OpenFlags.directory | OpenFlags.noFollow | OpenFlags.path | OpenFlags.closeOnExec

    /// Of a structure that is longer than the one known here the rest has to be zeros.
    init(at address: UInt64, size: UInt64) throws(Errno) {
        guard size >= Self.size else { throw .EINVAL }
        guard size <= 4096 else { throw .E2BIG }
        for byte in try userBytes(address &+ Self.size, Int(size - Self.size)) where byte != 0 { throw .E2BIG }
        let flags = try userLoad(address, as: UInt64.self)
        let mode = try userLoad(address &+ 8, as: UInt64.self)
        resolution = Resolution(rawValue: try userLoad(address &+ 16, as: UInt64.self))
        guard flags & ~UInt64(Self.known) == 0, resolution.isSubset(of: .all) else { throw .EINVAL }
        guard !resolution.isSuperset(of: [.beneath, .inRoot]) else { throw .EINVAL }
        self.flags = UInt32(truncatingIfNeeded: flags)
        self.mode = UInt32(truncatingIfNeeded: mode)
        let makes = self.flags & (OpenFlags.create | OpenFlags.temporary) != 0
        guard makes ? mode & ~0o7777 == 0 : mode == 0 else { throw .EINVAL }
        guard self.flags & OpenFlags.path == 0 || self.flags & ~Self.withPath == 0 else { throw .EINVAL }
    }
}
