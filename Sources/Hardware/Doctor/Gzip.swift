import CZlib

/// Decompression of a whole gzip file.
enum Gzip {
    private static let largest = 4 << 20

    /// Nil for what is no gzip, is cut short, or is larger than any kernel configuration.
    static func contents(of file: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window; 16 more ask for gzip's header.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = file
        var ended = false
        let output = [UInt8](unsafeUninitializedCapacity: largest) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (buffer.baseAddress, UInt32(buffer.count))
                ended = inflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = Int(stream.total_out)
        }
        return ended ? output : nil
    }
}
