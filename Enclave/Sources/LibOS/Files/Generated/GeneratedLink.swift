/// A symbolic link of /proc or /dev: a path that depends on who asks, or an object.
final class GeneratedLink: Node {
    private let target: (Caller) throws(Errno) -> Bytes
    private let object: ((Caller) throws(Errno) -> (node: Node, path: Bytes)?)?

    init(
        _ fileSystem: FileSystem, object: ((Caller) throws(Errno) -> (node: Node, path: Bytes)?)? = nil,
        _ target: @escaping (Caller) throws(Errno) -> Bytes
    ) {
        self.target = target
        self.object = object
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: .link)
    }

    convenience init(_ fileSystem: FileSystem, to path: StaticString) {
        self.init(fileSystem) { (_) throws(Errno) in Bytes(text: path) }
    }

    override func status() throws(Errno) -> FileStatus { GeneratedStatus.make(self, mode: 0o777) }
    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes { try target(caller) }

    override func magicTarget(_ caller: Caller) throws(Errno) -> (node: Node, path: Bytes)? {
        guard let object else { return nil }
        return try object(caller)
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile { throw .ELOOP }
}
