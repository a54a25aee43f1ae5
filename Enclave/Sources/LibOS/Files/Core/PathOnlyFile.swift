/// What `O_PATH` opens: a name for a file that reads and writes nothing.
final class PathOnlyFile: OpenFile {
    override init(node: Node, path: Bytes, flags: UInt32) {
        let kept = OpenFlags.path | OpenFlags.directory | OpenFlags.noFollow
        super.init(node: node, path: path, flags: flags & kept)
        statusFlags = flags & kept
    }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }
    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }
    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { throw .EBADF }
    override func truncate(to size: UInt64) throws(Errno) { throw .EBADF }
    override func synchronise() throws(Errno) { throw .EBADF }
    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 { throw .EBADF }
    override func readEntries(_ buffer: IOBuffer, format: EntryFormat) throws(Errno) -> Int { throw .EBADF }
    override func readiness() -> PollEvents { .invalid }
}
