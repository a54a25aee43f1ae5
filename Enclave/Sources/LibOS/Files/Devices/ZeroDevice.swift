/// /dev/zero.
class ZeroDevice: OpenFile {
    override var mappable: Bool { true }
    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        try buffer.zero(at: 0, buffer.count)
        return buffer.count
    }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { buffer.count }
    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try read(buffer) }
    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try write(buffer) }
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }
}
