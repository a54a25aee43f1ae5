import EnclaveCrypto
import Glibc
import Wire

/// Reads a regular file once and hashes it chunk by chunk.
struct FileDigests {
    private static let window = 64 * IndexFormat.chunkSize
    private(set) var digests: [UInt8] = []

    /// Throws ESTALE when the file does not have `size` bytes, or no longer.
    init(of file: borrowing Descriptor, size: Int) throws(SystemError) {
        let chunks = (size + IndexFormat.chunkSize - 1) / IndexFormat.chunkSize
        digests.reserveCapacity(chunks * IndexFormat.digestSize)
        let length = min(max(size, 1), Self.window)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < size {
            let wanted = min(length, size - offset)
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
            guard count == wanted else { throw SystemError(ESTALE) }
            for start in stride(from: 0, to: count, by: IndexFormat.chunkSize) {
                let end = min(start + IndexFormat.chunkSize, count)
                digests += SHA256.hash(UnsafeRawBufferPointer(rebasing: buffer[start..<end])).bytes
            }
            offset += count
        }
    }
}
