import EnclaveCrypto

/// A piece of a file whose bounds were checked when it was taken; integers are little-endian.
///
/// Offsets given to the readers of integers are those of a format's fields, so they lie inside by construction.
struct ByteRecord: Sendable {
    /// Of the whole file.
    private let bytes: [UInt8]
    /// Place of the piece in the file.
    let range: Range<Int>

    init(_ file: [UInt8]) {
        bytes = file
        range = 0..<file.count
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    var count: Int { range.count }

    var slice: ArraySlice<UInt8> { bytes[range] }

    var array: [UInt8] { [UInt8](slice) }

    var isZero: Bool { slice.withUnsafeBytes { bytes in bytes.allSatisfy { $0 == 0 } } }

    /// `length` bytes at `offset` of this piece; `what` names them in the error when they are not all there.
    func record(_ offset: UInt64, _ length: UInt64, _ what: @autoclosure () -> String) throws(ForeignImageError) -> ByteRecord {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, end <= UInt64(count) else {
            throw .truncated(what: what(), need: overflow ? .max : end, have: UInt64(count))
        }
        let start = range.lowerBound + Int(offset)
        return ByteRecord(bytes, start..<start + Int(length))
    }

    /// As `record`, for places that were checked with a larger piece.
    func inside(_ place: Range<Int>) -> ByteRecord {
        ByteRecord(bytes, range.lowerBound + place.lowerBound..<range.lowerBound + place.upperBound)
    }

    /// One copy: `replaceSubrange` goes byte by byte.
    func copy(to bytes: inout [UInt8], at place: Int) {
        slice.withUnsafeBytes { source in
            bytes.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: $0[place..<place + source.count]).copyMemory(from: source)
            }
        }
    }

    func add(to hash: inout SHA256) { slice.withUnsafeBytes { hash.update($0) } }

    func u16(_ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: integer(offset, 2)) }
    func u32(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: integer(offset, 4)) }
    func u64(_ offset: Int) -> UInt64 { integer(offset, 8) }

    private func integer(_ offset: Int, _ width: Int) -> UInt64 {
        let start = range.lowerBound + offset
        var value: UInt64 = 0
        for index in stride(from: width - 1, through: 0, by: -1) { value = value << 8 | UInt64(bytes[start + index]) }
        return value
    }
}
