/// Kernel memory for bytes on their way between the host, a file and a program.
struct KernelBuffer: ~Copyable {
    let bytes: UnsafeMutableRawPointer
    let count: Int

    init(count: Int) {
        self.count = count
        bytes = .allocate(byteCount: max(count, 1), alignment: 64)
    }

    /// With what `buffer` holds.
    init(copying buffer: IOBuffer) throws(Errno) {
        self.init(count: buffer.count)
        try buffer.copyIn(bytes, buffer.count, at: 0)
    }

    deinit { bytes.deallocate() }

    var contents: Bytes { Bytes(UnsafeRawBufferPointer(start: bytes, count: count)) }
}
