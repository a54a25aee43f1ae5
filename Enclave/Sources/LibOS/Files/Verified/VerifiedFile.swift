import Wire

/// An open regular file of the verified tree: reads whole chunks that were compared with the index, copies out what was asked for.
final class VerifiedFile: PositionedFile {
    private let file: VerifiedNode
    private let verified: VerifiedFileSystem
    /// Where a sequential reader would go on, and how many chunks it is worth fetching at once.
    private var expected: UInt64 = 0
    private var window = 1

    init(_ file: VerifiedNode, _ verified: VerifiedFileSystem, path: Bytes, flags: UInt32) {
        self.file = file
        self.verified = verified
        super.init(node: file, path: path, flags: flags)
    }

    override var mappable: Bool { true }
    override var isVerified: Bool { true }
    override func size() throws(Errno) -> UInt64 { file.inode.size }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        let size = file.inode.size
        guard offset < size, buffer.count > 0 else { return 0 }
        let total = Int(min(UInt64(buffer.count), size - offset))
        adaptWindow(offset)
        let chunkSize = UInt64(IndexFormat.chunkSize)
        let lastNeeded = (offset + UInt64(total) - 1) / chunkSize
        var done = 0
        while done < total {
            let place = offset + UInt64(done)
            let chunk = place / chunkSize
            let within = Int(place % chunkSize)
            let part = min(total - done, IndexFormat.chunkSize - within)
            let wanted = max(Int(min(lastNeeded - chunk + 1, UInt64(ChunkRun.most))), window)
            do throws(Errno) {
                let found = try verified.chunk(chunk, of: file, wanted: wanted)
                // The run is held here: making room in the cache meanwhile does not take its memory away.
                try buffer.copyOut(found.run.bytes + found.offset + within, part, at: done)
            } catch {
                // As Linux: what came before the error is returned, the next read has the error.
                guard done > 0 else { throw error }
                break
            }
            done += part
        }
        expected = offset + UInt64(done)
        return done
    }

    /// Doubles what is fetched at once while reads follow each other, up to the size of one host call.
    private func adaptWindow(_ offset: UInt64) {
        if offset == expected && offset > 0 {
            window = min(window * 2, ChunkRun.most)
        } else {
            window = 1
        }
    }

    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }

    override func sites(from: UInt32, to: UInt32) throws(Errno) -> [IndexSite] {
        let record = file.inode
        return try verified.read(label: "system-call sites") { (reader) throws(IndexError) in
            try reader.sites(of: record, from: from, to: to)
        }
    }
}
