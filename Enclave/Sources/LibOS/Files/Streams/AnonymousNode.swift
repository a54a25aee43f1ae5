/// The file behind a descriptor that has no name: a pipe, a socket, an eventfd, an epoll.
final class AnonymousNode: Node {
    private var mode: UInt32
    private var owner: (uid: UInt32, gid: UInt32)?
    /// What /proc/self/fd/N opened anew makes, where that is possible.
    private let pipe: Pipe?

    init(_ fileSystem: FileSystem, kind: FileKind, mode: UInt32 = 0o600, pipe: Pipe? = nil) {
        self.mode = mode
        self.pipe = pipe
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: kind)
    }

    /// `pipe:[7]`, as /proc/self/fd shows it.
    func shownPath(_ label: StaticString) -> Bytes {
        var text = TextBuilder(label)
        text.add(":[")
        text.add(number)
        text.add("]")
        return text.bytes
    }

    override func status() throws(Errno) -> FileStatus {
        var status = GeneratedStatus.make(self, mode: mode)
        let owner = currentOwner
        (status.uid, status.gid) = (owner.uid, owner.gid)
        return status
    }

    private var currentOwner: (uid: UInt32, gid: UInt32) {
        if let owner { return owner }
        guard let process = currentThreadIfAny()?.process else { return (0, 0) }
        return (process.euid, process.egid)
    }

    /// A pipe and a socket have these of their own, all others share one file that nobody changes.
    private func requireOwnAttributes() throws(Errno) {
        guard kind == .fifo || kind == .socket else { throw .EOPNOTSUPP }
    }

    override func setMode(_ mode: UInt32) throws(Errno) {
        try requireOwnAttributes()
        self.mode = mode & 0o7777
    }

    override func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        try requireOwnAttributes()
        let old = currentOwner
        owner = (uid ?? old.uid, gid ?? old.gid)
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        guard let pipe else { throw .ENXIO }
        return try pipe.open(as: self, path: path, flags: flags)
    }
}
