/// Where a library with an address range of its own wants to lie.
///
/// Wire: the directory at 1888 of the metadata names 24 bytes: address of the image, start and size of the range, all u64.
struct SDKAddressRange {
    let start: UInt64
    let size: UInt64
    /// Of the image from the range's start: what its offsets are measured with.
    let imageOffset: UInt64

    /// The range is the library itself where the version says so, at no certain address.
    init(_ metadata: SDKMetadata) throws(ForeignImageError) {
        guard metadata.version.hasAddressRange else {
            (start, size, imageOffset) = (0, metadata.enclaveSize, 0)
            return
        }
        let what = "the address range"
        let directory = try metadata.block.record(UInt64(SDKMetadata.headerSize), 8, what)
        let fields = try metadata.data(directory.u32(0), 24, what)
        let image = fields.u64(0)
        (start, size) = (fields.u64(8), fields.u64(16))
        let (end, overflow) = start.addingReportingOverflow(size)
        guard size.nonzeroBitCount == 1, start % size == 0, !overflow, image % 4096 == 0 else {
            throw .damaged(what: what, why: "it is not a power of two at a multiple of itself")
        }
        guard image >= start, image < end, metadata.enclaveSize <= end - image else {
            throw .damaged(what: what, why: "the image does not lie in it")
        }
        imageOffset = image - start
    }
}
