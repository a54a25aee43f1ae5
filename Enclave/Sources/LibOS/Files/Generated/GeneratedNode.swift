/// A file of /proc, /sys or /dev whose contents are made when it is opened.
final class GeneratedNode: Node {
    private let mode: UInt32
    private let make: () throws(Errno) -> Bytes
    private let save: ((Bytes) throws(Errno) -> Void)?

    init(
        _ fileSystem: FileSystem, mode: UInt32 = 0o444, save: ((Bytes) throws(Errno) -> Void)? = nil,
        _ make: @escaping () throws(Errno) -> Bytes
    ) {
        self.mode = mode
        self.make = make
        self.save = save
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: .regular)
    }

    override func status() throws(Errno) -> FileStatus { GeneratedStatus.make(self, mode: mode) }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        if flags & OpenFlags.accessMode != OpenFlags.readOnly, save == nil { throw .EACCES }
        return SnapshotFile(try make(), node: self, path: path, flags: flags, save: save)
    }

    override func truncate(to size: UInt64) throws(Errno) {
        guard save != nil else { throw .EACCES }
    }
}

/// What `stat` tells of files the kernel makes up.
enum GeneratedStatus {
    nonisolated(unsafe) private static var bootTime: FileTime?

    static func make(_ node: Node, mode: UInt32, links: UInt32 = 1, size: UInt64 = 0) -> FileStatus {
        let time = bootTime ?? FileTime.now()
        bootTime = time
        var status = FileStatus()
        status.device = node.fileSystem.device
        status.number = node.number
        status.mode = node.kind.bits | mode
        status.links = links
        status.size = size
        status.accessed = time
        status.modified = time
        status.changed = time
        return status
    }
}
