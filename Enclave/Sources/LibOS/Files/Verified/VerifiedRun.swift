/// Verified bytes of a file in whole pages of the kernel's, to fill mappings with; behind the end of the file they are zeros.
struct VerifiedRun {
    let run: ChunkRun
    /// Offset in the file of its first byte.
    let start: UInt64

    var end: UInt64 { start + UInt64(run.length) }

    /// The page at an offset, which is a multiple of a page's size; `nil` where the run has no byte of it.
    func page(at offset: UInt64) -> UnsafeRawPointer? {
        guard offset >= start, offset < end else { return nil }
        return UnsafeRawPointer(run.bytes + Int(offset - start))
    }
}
