/// A named pipe, a socket or a device node in a tmpfs.
final class TemporarySpecial: TemporaryNode {
    private let device: UInt64
    private let pipe: Pipe?

    init(_ temporary: TemporaryFileSystem, kind: FileKind, mode: UInt32, represents: UInt64, uid: UInt32, gid: UInt32) {
        device = represents
        pipe = kind == .fifo ? Pipe() : nil
        super.init(temporary, kind: kind, mode: mode, uid: uid, gid: gid)
    }

    override var represents: UInt64 { device }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        guard let pipe else { throw .ENXIO }
        return try pipe.open(as: self, path: path, flags: flags)
    }
}
