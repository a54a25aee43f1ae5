import Wire

/// A regular file in kernel memory: of a tmpfs, of `memfd_create`, or a file of the image with what was changed of it.
final class TemporaryFile: TemporaryNode {
    /// What was written; `nil` while the file is as the image has it.
    private(set) var store: WrittenPages?
    /// F_SEAL_* bits; a file with a name is born sealed against sealing, as Linux has it.
    private(set) var seals: UInt32

    /// It was made without a name and may be given one.
    var mayBeLinked = false

    static let sealSeal: UInt32 = 1
    static let sealShrink: UInt32 = 2
    static let sealGrow: UInt32 = 4
    static let sealWrite: UInt32 = 8
    static let sealFutureWrite: UInt32 = 16

    init(_ temporary: TemporaryFileSystem, mode: UInt32, uid: UInt32, gid: UInt32, seals: UInt32 = TemporaryFile.sealSeal) {
        store = temporary.pages(of: nil, inMemory: false)
        self.seals = seals
        super.init(temporary, kind: .regular, mode: mode, uid: uid, gid: gid)
    }

    override init(_ temporary: TemporaryFileSystem, image: VerifiedNode) {
        seals = Self.sealSeal
        super.init(temporary, image: image)
    }

    override var size: UInt64 { store?.size ?? image?.inode.size ?? 0 }

    override var blocks: UInt64 {
        guard let store else { return (size + 511) / 512 }
        return image == nil ? UInt64(store.pageCount) * 8 : (store.size + 4095) / 4096 * 8
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        TemporaryOpenFile(self, path: path, flags: flags)
    }

    // MARK: Changing

    /// The pages of the file, made when it is first changed: those of the image show through where nothing was written.
    ///
    /// A mapping that others see is filled as it is touched, which cannot wait for a volume.
    private func pages() -> WrittenPages {
        if let store { return store }
        let made = temporary.pages(of: image, inMemory: sharedMappings > 0)
        store = made
        return made
    }

    override func truncate(to size: UInt64) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        if size < self.size, seals & Self.sealShrink != 0 { throw .EPERM }
        if size > self.size, seals & Self.sealGrow != 0 { throw .EPERM }
        try FileSizeLimit.check(size, growingFrom: self.size)
        try pages().truncate(to: size)
        written()
    }

    /// BLOCKS.
    func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        if seals & (Self.sealWrite | Self.sealFutureWrite) != 0 { throw .EPERM }
        if seals & Self.sealGrow != 0, offset + UInt64(buffer.count) > size { throw .EPERM }
        let count = try pages().write(offset, try FileSizeLimit.cut(buffer, at: offset))
        written()
        return count
    }

    /// BLOCKS.
    func allocate(_ mode: AllocationMode, _ offset: UInt64, _ length: UInt64) throws(Errno) {
        let end = offset + length
        switch mode {
        case .reserve(let keepsSize):
            let grows = !keepsSize && end > size
            if grows, seals & Self.sealGrow != 0 { throw .EPERM }
            if grows { try FileSizeLimit.check(end, growingFrom: size) }
            try pages().allocate(offset, length)
            if grows { try pages().truncate(to: end) }
        case .punchHole:
            if seals & (Self.sealWrite | Self.sealFutureWrite) != 0 { throw .EPERM }
            try pages().punch(from: offset, to: end)
        }
        written()
    }

    private func written() {
        contentChanged()
        if mode & 0o6000 != 0 { dropSetIDs() }
    }

    func addSeals(_ new: UInt32) throws(Errno) {
        guard new & ~31 == 0 else { throw .EINVAL }
        guard seals & Self.sealSeal == 0 else { throw .EPERM }
        if new & Self.sealWrite != 0, writableMappings > 0 { throw .EBUSY }
        seals |= new
    }
}
