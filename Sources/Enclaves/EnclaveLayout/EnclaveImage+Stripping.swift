extension EnclaveImage {
    /// The file with nothing in it but what is loaded: no section table, no symbols, zeros between the segments, its end where the last
    /// segment ends.
    ///
    /// So every byte of a folder's `enclave.img` is either measured or known to be zero. Fields of the ELF header that named the sections
    /// become zero, so this is done before measuring. The program headers must lie in a segment.
    package func stripped() throws(LayoutError) -> [UInt8] {
        var file = bytes
        // e_shoff, e_shentsize, e_shnum, e_shstrndx.
        for place in Array(40..<48) + Array(58..<64) { file[place] = 0 }
        file.removeSubrange(loadedEnd...)
        for gap in gaps { for place in gap { file[place] = 0 } }
        let result = try EnclaveImage(file)
        guard result.firstUnmeasuredByte == nil else { throw .notAnImage("its headers lie in no segment") }
        return file
    }

    /// The place of a byte that no segment holds although it is not zero, or that lies behind the last one.
    package var firstUnmeasuredByte: Int? {
        if bytes.count > loadedEnd { return loadedEnd }
        for gap in gaps {
            if let place = gap.first(where: { bytes[$0] != 0 }) { return place }
        }
        return nil
    }

    private var loadedEnd: Int { segments.map { $0.fileOffset + $0.fileCount }.max() ?? 0 }

    /// Ranges of the file before and between the segments' bytes.
    private var gaps: [Range<Int>] {
        var gaps: [Range<Int>] = []
        var end = 0
        for segment in segments.sorted(by: { $0.fileOffset < $1.fileOffset }) where segment.fileCount > 0 {
            if segment.fileOffset > end { gaps.append(end..<segment.fileOffset) }
            end = max(end, segment.fileOffset + segment.fileCount)
        }
        return gaps
    }
}
