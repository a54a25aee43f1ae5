/// /dev/null.
final class NullDevice: OpenFile {
    override func read(_ buffer: IOBuffer) throws(Errno) -> Int { 0 }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { buffer.count }
    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { 0 }
    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { buffer.count }
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }
}
