import Wire

/// Lays inodes out as the index file of `Wire.IndexFormat`; the same nodes give the same bytes.
package struct IndexWriter {
    private var inodes = ByteWriter()
    private var entries = ByteWriter()
    private var names = ByteWriter()
    private var digests: [UInt8] = []
    private var sites = ByteWriter()
    private var xattrs = ByteWriter()
    private var inodeCount = 0
    private var entryCount = 0
    private var siteCount = 0

    /// `nodes[0]` is the root directory; directories' entries are sorted by their bytes.
    package static func image(of nodes: [IndexNode]) throws(IndexError) -> IndexImage {
        var writer = IndexWriter()
        for node in nodes { writer.append(node) }
        return try IndexImage(data: try writer.data())
    }

    private mutating func append(_ node: IndexNode) {
        var inode = IndexInode()
        inode.mode = node.mode
        inode.uid = node.uid
        inode.gid = node.gid
        inode.linkCount = node.linkCount
        inode.modificationSeconds = node.modificationSeconds
        inode.modificationNanoseconds = node.modificationNanoseconds
        inode.deviceMajor = node.deviceMajor
        inode.deviceMinor = node.deviceMinor
        inode.parent = node.parent
        place(node.content, in: &inode)
        place(node.attributes, in: &inode)
        inode.encode(into: &inodes)
        inodeCount += 1
    }

    private mutating func place(_ content: IndexNode.Content, in inode: inout IndexInode) {
        switch content {
        case .file(let size, let digests, let sites):
            inode.size = size
            inode.first = UInt64(self.digests.count / IndexFormat.digestSize)
            self.digests.append(contentsOf: digests)
            guard !sites.isEmpty else { return }
            inode.firstSite = UInt64(siteCount)
            inode.siteCount = UInt32(sites.count)
            for site in sites { site.encode(into: &self.sites) }
            siteCount += sites.count
        case .directory(let list):
            inode.size = UInt64(list.count)
            inode.first = UInt64(entryCount)
            for entry in list { place(entry) }
        case .link(let target):
            inode.size = UInt64(target.count)
            inode.first = UInt64(names.bytes.count)
            names.raw(target)
        case .special: break
        }
    }

    private mutating func place(_ entry: IndexEntry) {
        entries.u64(UInt64(names.bytes.count))
        entries.u16(UInt16(entry.name.count))
        entries.u8(entry.type)
        entries.u8(0)
        entries.u32(entry.inode)
        names.raw(entry.name)
        entryCount += 1
    }

    private mutating func place(_ attributes: [IndexAttribute], in inode: inout IndexInode) {
        guard !attributes.isEmpty else { return }
        let start = xattrs.bytes.count
        inode.xattrOffset = UInt64(start)
        xattrs.u16(UInt16(attributes.count))
        for attribute in attributes {
            xattrs.u16(UInt16(attribute.name.count))
            xattrs.u32(UInt32(attribute.value.count))
            xattrs.raw(attribute.name)
            xattrs.raw(attribute.value)
        }
        inode.xattrLength = UInt32(xattrs.bytes.count - start)
    }

    private func data() throws(IndexError) -> [UInt8] {
        var header = IndexHeader()
        var data = [UInt8](repeating: 0, count: IndexFormat.blockSize)
        func table(_ bytes: [UInt8], _ count: Int) -> IndexHeader.Table {
            let offset = data.count
            data.append(contentsOf: bytes)
            data.append(contentsOf: [UInt8](repeating: 0, count: -data.count & (IndexFormat.blockSize - 1)))
            return IndexHeader.Table(offset: UInt64(offset), count: UInt64(count))
        }
        header.inodes = table(inodes.bytes, inodeCount)
        header.entries = table(entries.bytes, entryCount)
        header.names = table(names.bytes, names.bytes.count)
        header.digests = table(digests, digests.count / IndexFormat.digestSize)
        header.sites = table(sites.bytes, siteCount)
        header.xattrs = table(xattrs.bytes, xattrs.bytes.count)
        header.dataLength = UInt64(data.count)
        header.levels = try IndexGeometry(dataBlocks: UInt64(data.count / IndexFormat.blockSize)).levels
        data.replaceSubrange(0..<IndexFormat.blockSize, with: header.encoded())
        return data
    }
}
