/// A directory of /proc, /sys or /dev: names that are always there, and in some names that come and go.
class GeneratedDirectory: Node {
    private(set) final var names: [(name: Bytes, node: Node)] = []
    private let mode: UInt32

    init(_ fileSystem: FileSystem, mode: UInt32 = 0o555) {
        self.mode = mode
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: .directory)
    }

    final func add(_ name: StaticString, _ node: Node) { add(Bytes(text: name), node) }

    final func add(_ name: Bytes, _ node: Node) {
        if node.isDirectory {
            node.parent = self
            node.name = name
        }
        names.append((name: name, node: node))
    }

    final func addDirectory(_ name: StaticString) -> GeneratedDirectory {
        let directory = GeneratedDirectory(fileSystem)
        add(name, directory)
        return directory
    }

    /// A file whose contents never change.
    final func add(_ name: StaticString, text: StaticString) {
        add(name, GeneratedNode(fileSystem) { () throws(Errno) in Bytes(text: text) })
    }

    final func add(_ name: StaticString, _ make: @escaping () throws(Errno) -> Bytes) {
        add(name, GeneratedNode(fileSystem, make))
    }

    override func status() throws(Errno) -> FileStatus { GeneratedStatus.make(self, mode: mode, links: 2) }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        for entry in names where name.equals(entry.name) { return entry.node }
        return nil
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        for entry in names { list.append(DirectoryEntry(name: entry.name, number: entry.node.number, kind: entry.node.kind)) }
        return list
    }

    override final func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        DirectoryFile(node: self, path: path, flags: flags)
    }

    override func make(_ name: Bytes, kind: FileKind, mode: UInt32, represents: UInt64, _ caller: Caller) throws(Errno) -> Node {
        // As /proc and /sys: no name comes into being by being asked for.
        throw fileSystem.readOnly ? .EPERM : .ENOENT
    }
}
