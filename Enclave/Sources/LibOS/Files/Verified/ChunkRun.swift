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

    init(firstKey: UInt64, count: Int, length: Int) {
        self.firstKey = firstKey
        self.count = count
        self.length = length
        // Whole pages, so that a page of a mapping can begin as a copy of one; behind the end of the file are zeros.
        let room = (length + 4095) & ~4095
        bytes = .allocate(byteCount: max(room, 4096), alignment: 4096)
        zeroMemory(bytes + length, max(room, 4096) - length)
    }

    deinit { bytes.deallocate() }
}
