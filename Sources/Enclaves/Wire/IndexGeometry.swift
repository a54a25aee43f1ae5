/// Where the data blocks and the levels of the hash tree lie; it follows from the file's length alone.
public struct IndexGeometry: Equatable, Sendable {
    /// 4 EiB of blocks would be more than any file system holds; up to here no arithmetic below overflows.
    private static let mostBlocks: UInt64 = 1 << 44

    /// Blocks of each level: number 0 the data, then the tree from the leaves up to the level of one block.
    public let blocks: [UInt64]
    /// Number of the first block of each level.
    public let starts: [UInt64]

    public init(dataBlocks: UInt64) throws(IndexError) {
        guard dataBlocks >= 1, dataBlocks <= Self.mostBlocks else { throw .malformed }
        var blocks = [dataBlocks]
        var starts: [UInt64] = [0]
        var next = dataBlocks
        var count = dataBlocks
        while count > 1 {
            count = Self.parents(of: count)
            blocks.append(count)
            starts.append(next)
            next += count
        }
        self.blocks = blocks
        self.starts = starts
    }

    public init(fileLength: UInt64) throws(IndexError) {
        let blockSize = UInt64(IndexFormat.blockSize)
        let total = fileLength / blockSize
        guard fileLength % blockSize == 0, total >= 1, total <= Self.mostBlocks else { throw .malformed }
        var low: UInt64 = 1
        var high = total
        while low < high {
            let middle = low + (high - low) / 2
            if Self.total(dataBlocks: middle) < total { low = middle + 1 } else { high = middle }
        }
        guard Self.total(dataBlocks: low) == total else { throw .malformed }
        try self.init(dataBlocks: low)
    }

    /// Levels of the tree above the data: 0 when the data is one block.
    public var levels: UInt32 { UInt32(blocks.count - 1) }
    public var dataLength: UInt64 { blocks[0] * UInt64(IndexFormat.blockSize) }
    public var fileLength: UInt64 { (starts[blocks.count - 1] + 1) * UInt64(IndexFormat.blockSize) }

    private static func parents(of count: UInt64) -> UInt64 {
        let width = UInt64(IndexFormat.digestsPerBlock)
        return (count + width - 1) / width
    }

    private static func total(dataBlocks: UInt64) -> UInt64 {
        var total = dataBlocks
        var count = dataBlocks
        while count > 1 {
            count = parents(of: count)
            total += count
        }
        return total
    }
}
