import Wire

/// Reads a file of the image: whole chunks that were compared with the index, of which what was asked for is copied out.
///
/// One for each open file: it fetches ahead while reads follow each other.
struct VerifiedReader {
    /// Where a sequential reader would go on, and how many chunks it is worth fetching at once.
    private var expected: UInt64 = 0
    private var window = 1

    init() {}

    /// BLOCKS.
    mutating func read(_ file: VerifiedNode, _ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        let size = file.inode.size
        guard offset < size, buffer.count > 0 else { return 0 }
        let total = Int(min(UInt64(buffer.count), size - offset))
        let ahead = follow(offset, total)
        return try Self.walk(file, offset, total, ahead) { (part, done) throws(Errno) in
            // The run is held here: making room in the cache meanwhile does not take its memory away.
            try buffer.copyOut(part.run.bytes + part.offset, part.count, at: done)
        }
    }

    /// The bytes a read would copy, where they lie; none at the end of the file.
    ///
    /// BLOCKS.
    mutating func parts(_ file: VerifiedNode, _ offset: UInt64, _ count: Int) throws(Errno) -> [VerifiedPart] {
        let size = file.inode.size
        guard offset < size, count > 0 else { return [] }
        let total = Int(min(UInt64(count), size - offset))
        let ahead = follow(offset, total)
        var parts: [VerifiedPart] = []
        _ = try Self.walk(file, offset, total, ahead) { (part, _) throws(Errno) in parts.append(part) }
        return parts
    }

    /// How many chunks are worth fetching at once for a read there.
    private mutating func follow(_ offset: UInt64, _ total: Int) -> Int {
        adaptWindow(offset)
        defer { expected = offset + UInt64(total) }
        return window
    }

    private static func walk(
        _ file: VerifiedNode, _ offset: UInt64, _ total: Int, _ ahead: Int, _ visit: (VerifiedPart, Int) throws(Errno) -> Void
    ) throws(Errno) -> Int {
        let chunkSize = UInt64(IndexFormat.chunkSize)
        let lastNeeded = (offset + UInt64(total) - 1) / chunkSize
        var done = 0
        while done < total {
            let place = offset + UInt64(done)
            let chunk = place / chunkSize
            let within = Int(place % chunkSize)
            let part = min(total - done, IndexFormat.chunkSize - within)
            let wanted = max(Int(min(lastNeeded - chunk + 1, UInt64(ChunkRun.most))), ahead)
            do throws(Errno) {
                let found = try file.verified.chunk(chunk, of: file, wanted: wanted)
                try visit(VerifiedPart(run: found.run, offset: found.offset + within, count: part), done)
            } catch {
                // As Linux: what came before the error is returned, the next read has the error.
                guard done > 0 else { throw error }
                break
            }
            done += part
        }
        return done
    }

    /// Doubles what is fetched at once while reads follow each other, up to the size of one host call.
    private mutating func adaptWindow(_ offset: UInt64) {
        if offset == expected && offset > 0 {
            window = min(window * 2, ChunkRun.most)
        } else {
            window = 1
        }
    }
}
