/// Verified bytes of a file where they lie, held for as long as this is.
struct VerifiedPart {
    let run: ChunkRun
    let offset: Int
    let count: Int

    var buffer: IOBuffer { IOBuffer(kernel: run.bytes + offset, count: count) }
}
