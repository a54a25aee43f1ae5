extension IndexReader {
    /// The sites of `file` whose first replaced byte lies in `from ..< to`, in order of offset.
    public func sites(of file: IndexInode, from: UInt32, to: UInt32) throws(IndexError) -> [IndexSite] {
        let count = UInt64(file.siteCount)
        try checked(file.firstSite, count, in: header.sites)
        var low: UInt64 = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            let (block, at) = try record(file.firstSite + middle, of: header.sites, size: IndexFormat.siteSize)
            if block.u32(at) < from { low = middle + 1 } else { high = middle }
        }
        var sites: [IndexSite] = []
        while low < count {
            let (block, at) = try record(file.firstSite + low, of: header.sites, size: IndexFormat.siteSize)
            let site = try IndexSite(decoding: block, at: at)
            guard site.offset < to else { break }
            sites.append(site)
            low += 1
        }
        return sites
    }
}

extension IndexSite {
    /// Refuses a place that could not be one, so that the patcher need not.
    init(decoding block: IndexBlock, at offset: Int) throws(IndexError) {
        guard let kind = Kind(rawValue: block.u8(offset + 4)) else { throw .malformed }
        self.init(
            offset: block.u32(offset), kind: kind, length: block.u8(offset + 5), instructionOffset: block.u8(offset + 6),
            expected: block.u32(offset + 8))
        guard length >= 5, length <= 15, instructionOffset <= length - 2 else { throw .malformed }
    }

    public func encode(into writer: inout ByteWriter) {
        writer.u32(offset)
        writer.u8(kind.rawValue)
        writer.u8(length)
        writer.u8(instructionOffset)
        writer.u8(0)
        writer.u32(expected)
        writer.u32(0)
    }
}
