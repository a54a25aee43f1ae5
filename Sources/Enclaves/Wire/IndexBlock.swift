import EnclaveCrypto

/// One block of the index file in memory of its own, shared by whoever still reads it.
final class IndexBlock {
    let bytes: UnsafeMutableRawPointer

    init() { bytes = .allocate(byteCount: IndexFormat.blockSize, alignment: 64) }

    deinit { bytes.deallocate() }

    var buffer: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: bytes, count: IndexFormat.blockSize) }

    func u8(_ offset: Int) -> UInt8 { span(offset, 1).load(as: UInt8.self) }
    func u16(_ offset: Int) -> UInt16 { UInt16(littleEndian: span(offset, 2).loadUnaligned(as: UInt16.self)) }
    func u32(_ offset: Int) -> UInt32 { UInt32(littleEndian: span(offset, 4).loadUnaligned(as: UInt32.self)) }
    func u64(_ offset: Int) -> UInt64 { UInt64(littleEndian: span(offset, 8).loadUnaligned(as: UInt64.self)) }

    func digest(_ offset: Int) -> Digest { Digest(copying: span(offset, IndexFormat.digestSize)) ?? Digest() }

    /// The SHA-256 of the whole block.
    var hash: Digest { SHA256.hash(UnsafeRawBufferPointer(buffer)) }

    /// Traps outside the block: offsets are made from checked record numbers, never from contents.
    func span(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
        precondition(offset >= 0 && count >= 0 && offset <= IndexFormat.blockSize - count)
        return UnsafeRawBufferPointer(start: bytes + offset, count: count)
    }
}
