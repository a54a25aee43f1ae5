import Wire

/// An index file in memory that can be tampered with between accesses.
final class MemoryIndex: IndexBlockSource {
    var bytes: [UInt8]
    private(set) var blocksRead: [UInt64] = []
    /// Runs while a read "waits", as another thread would.
    var whileReading: (() -> Void)?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard offset <= UInt64(bytes.count), buffer.count <= bytes.count - Int(offset) else { throw .unavailable }
        blocksRead.append(offset / UInt64(IndexFormat.blockSize))
        let waiting = whileReading
        whileReading = nil
        waiting?()
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + buffer.count]))
        }
    }
}
