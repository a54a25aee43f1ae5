import EnclaveCrypto
import Wire

extension VerifiedFileSystem {
    /// The run that holds `chunk`, and the chunk's offset in it; `wanted` chunks from there are fetched at once when it is absent.
    ///
    /// BLOCKS.
    func chunk(_ chunk: UInt64, of file: VerifiedNode, wanted: Int) throws(Errno) -> (run: ChunkRun, offset: Int) {
        let key = firstKey(of: file) + chunk
        if let run = chunks.find(key) { return (run, Int(key - run.firstKey) * IndexFormat.chunkSize) }
        let run = try fetch(chunk, of: file, wanted: wanted)
        chunks.insert(run)
        return (run, 0)
    }

    /// Copies chunks in, compares each with its digest, and only then lets anybody see them.
    private func fetch(_ chunk: UInt64, of file: VerifiedNode, wanted: Int) throws(Errno) -> ChunkRun {
        let chunkSize = UInt64(IndexFormat.chunkSize)
        let total = (file.inode.size + chunkSize - 1) / chunkSize
        var count = Int(min(UInt64(max(1, min(wanted, ChunkRun.most))), total - chunk))
        var index = 1
        let first = firstKey(of: file) + chunk
        while index < count, !chunks.contains(first + UInt64(index)) { index += 1 }
        count = index
        let digests = try digests(chunk, count, of: file)
        let start = chunk * chunkSize
        let length = Int(min(UInt64(count) * chunkSize, file.inode.size - start))
        let run = ChunkRun(firstKey: first, count: count, length: length)
        let filled = fill(run, file, from: start)
        if filled < length {
            let whole = filled / IndexFormat.chunkSize
            if whole > 0 { return try fetch(chunk, of: file, wanted: whole) }
            throw .EIO
        }
        // Nobody else knows of the run yet, so it is hashed without the kernel lock.
        let bad = unlocked { run.firstOther(than: digests) }
        if let bad {
            VerificationLog.chunk(chunk + UInt64(bad), of: place + file.path, result: length, wanted: length)
            // Read-ahead must not fail a read that did not ask for the bad chunk.
            if bad > 0 { return try fetch(chunk, of: file, wanted: bad) }
            throw .EIO
        }
        kernel.counters.fileBytesVerified &+= UInt64(length)
        return run
    }

    /// Trees share one cache, each with numbers of its own.
    private func firstKey(of file: VerifiedNode) -> UInt64 { UInt64(tree.rawValue) << Self.digestBits | file.inode.first }

    private func digests(_ chunk: UInt64, _ count: Int, of file: VerifiedNode) throws(Errno) -> [Digest] {
        let record = file.inode
        return try read(label: "chunk digests") { (reader) throws(IndexError) in
            var digests: [Digest] = []
            digests.reserveCapacity(count)
            for index in 0..<count { digests.append(try reader.chunkDigest(chunk + UInt64(index), of: record)) }
            return digests
        }
    }

    /// How many bytes the host gave.
    private func fill(_ run: ChunkRun, _ file: VerifiedNode, from start: UInt64) -> Int {
        let path = file.path
        var done = 0
        while done < run.length {
            let result = Host.fetchFile(
                tree, inode: file.inodeNumber, path: path, offset: start + UInt64(done), into: run.bytes + done,
                count: run.length - done)
            guard result > 0 else {
                let chunk = (start + UInt64(done)) / UInt64(IndexFormat.chunkSize)
                VerificationLog.chunk(chunk, of: place + path, result: result, wanted: run.length)
                return done
            }
            done += min(result, run.length - done)
        }
        return done
    }
}
