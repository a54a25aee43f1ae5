import Wire

/// A named pipe, a socket or a device node, in kernel memory or of the image.
final class TemporarySpecial: TemporaryNode {
    private let device: UInt64
    private let pipe: Pipe?

    init(_ temporary: TemporaryFileSystem, kind: FileKind, mode: UInt32, represents: UInt64, uid: UInt32, gid: UInt32) {
        device = represents
        pipe = kind == .fifo ? Pipe() : nil
        super.init(temporary, kind: kind, mode: mode, uid: uid, gid: gid)
    }

    override init(_ temporary: TemporaryFileSystem, image: VerifiedNode) {
        device = DeviceNumber.pack(image.inode.deviceMajor, image.inode.deviceMinor)
        pipe = image.kind == .fifo ? Pipe() : nil
        super.init(temporary, image: image)
    }

    override var represents: UInt64 { device }

    /// Device nodes of an image stand for nothing in here; those of /dev are the kernel's own.
    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        guard let pipe else { throw .ENXIO }
        return try pipe.open(as: self, path: path, flags: flags)
    }
}
