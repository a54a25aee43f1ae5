/// A regular file of a tmpfs, or of `memfd_create`.
final class TemporaryFile: TemporaryNode {
    let store: PageStore
    /// F_SEAL_* bits; a file of a tmpfs is born sealed against sealing, as Linux has it.
    var seals: UInt32

    static let sealSeal: UInt32 = 1
    static let sealShrink: UInt32 = 2
    static let sealGrow: UInt32 = 4
    static let sealWrite: UInt32 = 8
    static let sealFutureWrite: UInt32 = 16

    init(_ temporary: TemporaryFileSystem, mode: UInt32, uid: UInt32, gid: UInt32, seals: UInt32 = TemporaryFile.sealSeal) {
        store = PageStore(budget: temporary.budget)
        self.seals = seals
        super.init(temporary, kind: .regular, mode: mode, uid: uid, gid: gid)
    }

    override var size: UInt64 { store.size }
    override var blocks: UInt64 { UInt64(store.pageCount) * 8 }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        TemporaryOpenFile(self, path: path, flags: flags)
    }

    override func truncate(to size: UInt64) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        if size < store.size, seals & Self.sealShrink != 0 { throw .EPERM }
        if size > store.size, seals & Self.sealGrow != 0 { throw .EPERM }
        try store.truncate(to: size)
        contentChanged()
    }

    func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        if seals & (Self.sealWrite | Self.sealFutureWrite) != 0 { throw .EPERM }
        if seals & Self.sealGrow != 0, offset + UInt64(buffer.count) > store.size { throw .EPERM }
        let count = try store.write(offset, buffer)
        contentChanged()
        return count
    }

    func addSeals(_ new: UInt32) throws(Errno) {
        guard new & ~31 == 0 else { throw .EINVAL }
        guard seals & Self.sealSeal == 0 else { throw .EPERM }
        seals |= new
    }
}
