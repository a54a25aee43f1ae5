/// The file behind a descriptor that has no name: a pipe, a socket, an eventfd, an epoll.
final class AnonymousNode: Node {
    private let mode: UInt32
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
        if let process = currentThreadIfAny()?.process {
            status.uid = process.euid
            status.gid = process.egid
        }
        return status
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        guard let pipe else { throw .ENXIO }
        return try pipe.open(as: self, path: path, flags: flags)
    }
}
