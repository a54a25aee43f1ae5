/// /dev/full: zeros to read, no room to write.
final class FullDevice: ZeroDevice {
    override var mappable: Bool { false }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .ENOSPC }
}
