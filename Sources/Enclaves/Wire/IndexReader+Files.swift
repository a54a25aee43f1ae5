import EnclaveCrypto

extension IndexReader {
    public func inode(_ number: UInt32) throws(IndexError) -> IndexInode {
        let (block, at) = try record(UInt64(number), of: header.inodes, size: IndexFormat.inodeSize)
        return IndexInode(decoding: block, at: at)
    }

    /// The inode `name` stands for in `directory`, or `nil`, which is as well proven as a presence: names are sorted.
    public func lookup(_ name: UnsafeRawBufferPointer, in directory: IndexInode) throws(IndexError) -> UInt32? {
        try checkDirectory(directory)
        var low: UInt64 = 0
        var high = directory.size
        while low < high {
            let middle = low + (high - low) / 2
            let (block, at) = try record(directory.first + middle, of: header.entries, size: IndexFormat.entrySize)
            let order = try compare(block.u64(at), Int(block.u16(at + 8)), with: name)
            if order == 0 { return block.u32(at + 12) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The entry at `position`, 0 up to the directory's `size`, in byte order of the names; "." and ".." are not among them.
    public func entry(_ position: Int, of directory: IndexInode) throws(IndexError) -> IndexEntry {
        try checkDirectory(directory)
        guard position >= 0, UInt64(position) < directory.size else { throw .malformed }
        let (block, at) = try record(directory.first + UInt64(position), of: header.entries, size: IndexFormat.entrySize)
        let name = try bytes(block.u64(at), Int(block.u16(at + 8)), of: header.names)
        return IndexEntry(name: name, inode: block.u32(at + 12), type: block.u8(at + 10))
    }

    public func linkTarget(of link: IndexInode) throws(IndexError) -> [UInt8] {
        guard link.type == 0o120000, link.size <= 4096 else { throw .malformed }
        return try bytes(link.first, Int(link.size), of: header.names)
    }

    /// The digest of chunk `chunk` of a regular file: `IndexFormat.chunkSize` bytes, the last one what is left.
    public func chunkDigest(_ chunk: UInt64, of file: IndexInode) throws(IndexError) -> Digest {
        let chunks = file.size / UInt64(IndexFormat.chunkSize) + (file.size % UInt64(IndexFormat.chunkSize) == 0 ? 0 : 1)
        guard file.type == 0o100000, chunk < chunks else { throw .malformed }
        try checked(file.first, chunks, in: header.digests)
        let (block, at) = try record(file.first + chunk, of: header.digests, size: IndexFormat.digestSize)
        return block.digest(at)
    }

    private func checkDirectory(_ directory: IndexInode) throws(IndexError) {
        guard directory.type == 0o040000 else { throw .malformed }
        try checked(directory.first, directory.size, in: header.entries)
    }
}

extension IndexInode {
    init(decoding block: IndexBlock, at offset: Int) {
        mode = block.u32(offset)
        uid = block.u32(offset + 4)
        gid = block.u32(offset + 8)
        linkCount = block.u32(offset + 12)
        size = block.u64(offset + 16)
        modificationSeconds = Int64(bitPattern: block.u64(offset + 24))
        modificationNanoseconds = block.u32(offset + 32)
        deviceMajor = block.u32(offset + 36)
        deviceMinor = block.u32(offset + 40)
        parent = block.u32(offset + 44)
        first = block.u64(offset + 48)
        firstSite = block.u64(offset + 56)
        siteCount = block.u32(offset + 64)
        xattrLength = block.u32(offset + 68)
        xattrOffset = block.u64(offset + 72)
    }

    public func encode(into writer: inout ByteWriter) {
        for value in [mode, uid, gid, linkCount] { writer.u32(value) }
        writer.u64(size)
        writer.i64(modificationSeconds)
        for value in [modificationNanoseconds, deviceMajor, deviceMinor, parent] { writer.u32(value) }
        writer.u64(first)
        writer.u64(firstSite)
        writer.u32(siteCount)
        writer.u32(xattrLength)
        writer.u64(xattrOffset)
        writer.raw([UInt8](repeating: 0, count: 48))
    }
}
