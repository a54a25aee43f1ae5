import EnclaveCrypto
import Wire

/// Verified chunks that lie side by side in one file, in memory of their own.
final class ChunkRun {
    /// One host call brings at most so many chunks.
    static let most = CallFrame.dataLength / IndexFormat.chunkSize

    let bytes: UnsafeMutableRawPointer
    let length: Int
    /// Number of the first chunk's digest in the index: the same in all names of the file.
    let firstKey: UInt64
    let count: Int
    /// Pages of mappings that were made of it.
    var mappedPages = 0
    /// Its place in the cache; `nil` where it has none.
    var slot: Int?
    /// Whether it stays in the cache only until others like it come.
    var isRetired = false

    init(firstKey: UInt64, count: Int, length: Int) {
        self.firstKey = firstKey
        self.count = count
        self.length = length
        // Whole pages, so that a page of a mapping can begin as a copy of one; behind the end of the file are zeros.
        let room = (length + 4095) & ~4095
        bytes = .allocate(byteCount: max(room, 4096), alignment: 4096)
        zeroMemory(bytes + length, max(room, 4096) - length)
    }

    /// Whether all of it stands in mappings already, and it is not likely to be asked for again.
    var isMapped: Bool { mappedPages * 4096 >= length }

    /// The first chunk that has not its digest; two at a time, which takes hardly longer than one.
    func firstOther(than digests: [Digest]) -> Int? {
        let size = IndexFormat.chunkSize
        var index = 0
        while (index + 2) * size <= length {
            let found = SHA256.hash(bytes + index * size, bytes + (index + 1) * size, count: size)
            if found.first != digests[index] { return index }
            if found.second != digests[index + 1] { return index + 1 }
            index += 2
        }
        while index < count {
            let part = UnsafeRawBufferPointer(start: bytes + index * size, count: min(size, length - index * size))
            if digests[index] != SHA256.hash(part) { return index }
            index += 1
        }
        return nil
    }

    deinit { bytes.deallocate() }
}
