/// A symbolic link of a tmpfs.
final class TemporaryLink: TemporaryNode {
    private let target: Bytes

    init(_ temporary: TemporaryFileSystem, target: Bytes, uid: UInt32, gid: UInt32) {
        self.target = target
        super.init(temporary, kind: .link, mode: 0o777, uid: uid, gid: gid)
    }

    override var size: UInt64 { UInt64(target.count) }
    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes { target }
    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile { throw .ELOOP }
}
