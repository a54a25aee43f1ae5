import EnclaveCrypto

/// Reads an index file of which only root and length are trusted, block by block, each verified before its first use.
///
/// It is not locked: callers hold the lock under which they use it, except while `Source.readIndex` waits. No state of the reader
/// is held across that call; a block that is still being read stays alive when it leaves the cache.
public final class IndexReader<Source: IndexBlockSource> {
    private let source: Source
    private let geometry: IndexGeometry
    private let top: IndexBlock
    private var cache: IndexBlockCache
    public let header: IndexHeader
    /// Bytes of blocks that were fetched, whether they then verified or not.
    public private(set) var bytesFetched: UInt64 = 0

    /// Fetches and verifies the top of the hash tree, the header and what lies between.
    public init(source: Source, root: Digest, length: UInt64, cachedBlocks: Int = 512) throws(IndexError) {
        let geometry = try IndexGeometry(fileLength: length)
        let top = IndexBlock()
        let topNumber = geometry.starts[geometry.starts.count - 1]
        try source.readIndex(at: topNumber * UInt64(IndexFormat.blockSize), into: top.buffer)
        guard IndexRoot.digest(top: top.hash, geometry: geometry) == root else {
            throw .corrupt(block: topNumber)
        }
        var cache = IndexBlockCache(capacity: cachedBlocks)
        var fetched = UInt64(IndexFormat.blockSize)
        var block = top
        for level in stride(from: Int(geometry.levels) - 1, through: 0, by: -1) {
            let number = geometry.starts[level]
            block = try Self.fetch(number, from: source, expecting: block.digest(0))
            fetched += UInt64(IndexFormat.blockSize)
            cache.insert(block, number: number)
        }
        self.source = source
        self.geometry = geometry
        self.top = top
        self.cache = cache
        header = try IndexHeader(decoding: block, geometry: geometry)
        bytesFetched = fetched
    }

    /// Data block `index`, verified up to the root.
    func block(_ index: UInt64) throws(IndexError) -> IndexBlock {
        guard index < geometry.blocks[0] else { throw .malformed }
        return try block(level: 0, index: index)
    }

    /// Recursion ends at the first ancestor in the cache, at the latest at the top: at most seven deep.
    private func block(level: Int, index: UInt64) throws(IndexError) -> IndexBlock {
        guard level < Int(geometry.levels) else { return top }
        let number = geometry.starts[level] + index
        if let known = cache.block(number) { return known }
        let width = UInt64(IndexFormat.digestsPerBlock)
        let parent = try block(level: level + 1, index: index / width)
        let expected = parent.digest(Int(index % width) * IndexFormat.digestSize)
        bytesFetched += UInt64(IndexFormat.blockSize)
        let fresh = try Self.fetch(number, from: source, expecting: expected)
        cache.insert(fresh, number: number)
        return fresh
    }

    private static func fetch(
        _ number: UInt64, from source: Source, expecting expected: Digest
    ) throws(IndexError) -> IndexBlock {
        let fresh = IndexBlock()
        try source.readIndex(at: number * UInt64(IndexFormat.blockSize), into: fresh.buffer)
        guard fresh.hash == expected else { throw .corrupt(block: number) }
        return fresh
    }
}
