import Wire

/// A symbolic link in kernel memory, or of the image.
final class TemporaryLink: TemporaryNode {
    /// `nil` until a link of the image is first followed.
    private var target: Bytes?

    init(_ temporary: TemporaryFileSystem, target: Bytes, uid: UInt32, gid: UInt32) {
        self.target = target
        super.init(temporary, kind: .link, mode: 0o777, uid: uid, gid: gid)
    }

    override init(_ temporary: TemporaryFileSystem, image: VerifiedNode) { super.init(temporary, image: image) }

    override var size: UInt64 { image?.inode.size ?? UInt64(target?.count ?? 0) }

    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes {
        if let target { return target }
        let read = try image?.linkTarget() ?? []
        target = read
        return read
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile { throw .ELOOP }
}
