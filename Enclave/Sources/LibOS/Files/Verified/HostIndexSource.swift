import Wire

/// The index file as the host gives it.
final class HostIndexSource: IndexBlockSource {
    init() {}

    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard let start = buffer.baseAddress, Host.fetchIndex(offset: offset, into: start, count: buffer.count) else {
            throw .unavailable
        }
    }
}
