/// Block 0 of the index file, with every table checked to lie inside the data.
public struct IndexHeader: Equatable, Sendable {
    /// A table: where it begins and how many records, or bytes, it has.
    public struct Table: Equatable, Sendable {
        public var offset: UInt64 = 0
        public var count: UInt64 = 0
        public init(offset: UInt64 = 0, count: UInt64 = 0) {
            self.offset = offset
            self.count = count
        }
    }

    public var dataLength: UInt64 = 0
    public var levels: UInt32 = 0
    public var inodes = Table()
    public var entries = Table()
    public var names = Table()
    public var digests = Table()
    public var sites = Table()
    public var xattrs = Table()

    public init() {}

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.u64(IndexFormat.magic)
        writer.u32(IndexFormat.version)
        writer.u32(IndexFormat.minimumReader)
        writer.u32(IndexFormat.sha256)
        writer.u32(UInt32(IndexFormat.chunkSize))
        writer.u64(dataLength)
        writer.u32(levels)
        writer.u32(UInt32(truncatingIfNeeded: inodes.count))
        writer.u64(inodes.offset)
        for table in [entries, names, digests, sites, xattrs] {
            writer.u64(table.offset)
            writer.u64(table.count)
        }
        writer.raw([UInt8](repeating: 0, count: IndexFormat.blockSize - writer.bytes.count))
        return writer.bytes
    }

    init(decoding block: IndexBlock, geometry: IndexGeometry) throws(IndexError) {
        guard block.u64(0) == IndexFormat.magic, block.u32(8) >= 1, block.u32(12) <= IndexFormat.version,
            block.u32(16) == IndexFormat.sha256, block.u32(20) == UInt32(IndexFormat.chunkSize)
        else { throw .malformed }
        dataLength = block.u64(24)
        levels = block.u32(32)
        guard dataLength == geometry.dataLength, levels == geometry.levels else { throw .malformed }
        inodes = Table(offset: block.u64(40), count: UInt64(block.u32(36)))
        entries = Table(offset: block.u64(48), count: block.u64(56))
        names = Table(offset: block.u64(64), count: block.u64(72))
        digests = Table(offset: block.u64(80), count: block.u64(88))
        sites = Table(offset: block.u64(96), count: block.u64(104))
        xattrs = Table(offset: block.u64(112), count: block.u64(120))
        try check(inodes, IndexFormat.inodeSize)
        try check(entries, IndexFormat.entrySize)
        try check(names, 1)
        try check(digests, IndexFormat.digestSize)
        try check(sites, IndexFormat.siteSize)
        try check(xattrs, 1)
    }

    private func check(_ table: Table, _ size: Int) throws(IndexError) {
        guard table.offset % UInt64(IndexFormat.blockSize) == 0, table.offset <= dataLength,
            table.count <= (dataLength - table.offset) / UInt64(size)
        else { throw .malformed }
    }
}
