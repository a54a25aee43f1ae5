/// A file with the name it was reached by: what hard links have in common, and what tells them apart.
struct NamedNode {
    let node: Node
    /// `nil` where nobody knows, and at the top of a file system.
    let directory: Node?
    let name: Bytes
    /// Where a descriptor led to it: it is this file, whatever has its name now.
    private let open: OpenFile?

    /// A directory has one name; what is mounted has none in the file system it is in.
    init(_ node: Node, in directory: Node?, as name: Bytes, open: OpenFile? = nil) {
        let above = node.isDirectory ? node.parent : directory
        let isSame = above.map { $0.fileSystem === node.fileSystem } ?? false
        self.node = node
        self.open = open
        self.directory = isSame ? above : nil
        self.name = node.isDirectory ? node.name : name
    }

    // MARK: Each BLOCKS

    func status() throws(Errno) -> FileStatus {
        if let open { return try open.status() }
        return try node.status()
    }

    func setMode(_ mode: UInt32) throws(Errno) {
        if let open { try open.setMode(mode) } else { try node.setMode(mode) }
    }

    func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        if let open { try open.setOwner(uid: uid, gid: gid) } else { try node.setOwner(uid: uid, gid: gid) }
    }

    func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        if let open {
            try open.setTimes(accessed: accessed, modified: modified)
        } else {
            try node.setTimes(accessed: accessed, modified: modified)
        }
    }

    /// Whether it is still this directory's file of that name.
    ///
    /// BLOCKS.
    var isNamed: Bool {
        guard let directory else { return true }
        guard let found = try? directory.find(PathName(name), .kernel) else { return false }
        return found === node
    }
}
