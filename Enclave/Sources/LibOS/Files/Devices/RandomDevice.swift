/// /dev/random and /dev/urandom.
final class RandomDevice: OpenFile {
    private static let part = 1024
    private static let addedEntropy: UInt64 = 0x8004_5201
    private static let entropyCount: UInt64 = 0x8004_5200

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        let memory = KernelBuffer(count: min(buffer.count, Self.part))
        var done = 0
        while done < buffer.count {
            let count = min(buffer.count - done, memory.count)
            Random.fill(memory.bytes, count)
            try buffer.copyOut(memory.bytes, count, at: done)
            done += count
        }
        return done
    }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try read(buffer) }
    /// What a program adds is taken and not used: the CPU's generator needs nothing.
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { buffer.count }
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == Self.entropyCount else { throw request == Self.addedEntropy ? .EPERM : .ENOTTY }
        try userStore(Int32(256), to: argument)
        return 0
    }
}
