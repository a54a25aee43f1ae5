/// A file of any kind, as the tree of names leads to it; what cannot be done with a kind of file throws the errno Linux has for it.
///
/// A directory knows its parent and its name, so `..` and `getcwd` follow renames. Mount points and directories that exist only
/// because something is mounted below them are `overlaid` names of the directory above: a walk finds them before anything else.
class Node {
    let fileSystem: FileSystem
    let number: UInt64
    let kind: FileKind
    /// Of directories; `nil` at the top of the tree.
    final var parent: Node?
    final var name: Bytes = []
    /// Shared mappings of it there are.
    final var sharedMappings = 0
    /// Those through which it can be written.
    final var writableMappings = 0
    /// Open files of it that have descriptors.
    final var openFiles = 0
    /// Those of them that may write it.
    final var writers = 0
    /// Processes that run it.
    final var runners = 0
    /// What inotify instances want to know of it.
    final var watches: [FileWatch] = []
    private(set) final var overlaid: [(name: Bytes, node: Node)] = []

    init(fileSystem: FileSystem, number: UInt64, kind: FileKind) {
        self.fileSystem = fileSystem
        self.number = number
        self.kind = kind
    }

    final var isDirectory: Bool { kind == .directory }

    func status() throws(Errno) -> FileStatus { throw .EIO }

    // MARK: Names

    /// The node `name` stands for, or `nil`.
    ///
    /// BLOCKS.
    func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? { throw .ENOTDIR }

    /// All names but "." and "..".
    ///
    /// BLOCKS.
    func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] { throw .ENOTDIR }

    func linkTarget(_ caller: Caller) throws(Errno) -> Bytes { throw .EINVAL }

    /// Of a link that leads to an object and not to a path: the object.
    func magicTarget(_ caller: Caller) throws(Errno) -> (node: Node, path: Bytes)? { nil }

    // MARK: Opening

    /// Makes an open file; rights were checked, creation and truncation are done.
    ///
    /// BLOCKS.
    func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile { throw .ENXIO }

    // MARK: Changing the tree

    func make(_ name: Bytes, kind: FileKind, mode: UInt32, represents: UInt64, _ caller: Caller) throws(Errno) -> Node {
        throw fileSystem.readOnly ? .EROFS : .EPERM
    }
    func makeLink(_ name: Bytes, target: Bytes, _ caller: Caller) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    func addLink(_ name: Bytes, to node: Node) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    func remove(_ name: Bytes, _ node: Node) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    /// Both directories are of this file system.
    func rename(_ name: Bytes, to directory: Node, _ newName: Bytes, flags: RenameFlags) throws(Errno) {
        throw fileSystem.readOnly ? .EROFS : .EPERM
    }

    // MARK: Changing the file

    func setMode(_ mode: UInt32) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EPERM }
    func truncate(to size: UInt64) throws(Errno) { throw fileSystem.readOnly ? .EROFS : .EINVAL }

    // MARK: Extended attributes

    func attribute(_ name: Bytes) throws(Errno) -> Bytes? { throw .EOPNOTSUPP }
    func attributeNames() throws(Errno) -> [Bytes] { [] }
    func setAttribute(_ name: Bytes, _ value: Bytes?, flags: UInt32) throws(Errno) { throw .EOPNOTSUPP }
}

extension Node {
    /// The node `name` stands for with what is mounted here in front.
    ///
    /// BLOCKS.
    final func child(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        if !overlaid.isEmpty {
            for entry in overlaid where name.equals(entry.name) { return entry.node }
        }
        return try find(name, caller)
    }

    /// Puts `node` under `name`, over whatever is there.
    final func overlay(_ name: Bytes, with node: Node) {
        node.parent = self
        node.name = name
        for index in 0..<overlaid.count where overlaid[index].name == name {
            overlaid[index].node = node
            return
        }
        overlaid.append((name: name, node: node))
    }

    /// The listing with mount points in it.
    ///
    /// BLOCKS.
    final func listing(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list = try entries(caller)
        for entry in overlaid {
            let shown = DirectoryEntry(name: entry.name, number: entry.node.number, kind: entry.node.kind)
            var place = 0
            while place < list.count, list[place].name != entry.name { place += 1 }
            if place < list.count { list[place] = shown } else { list.append(shown) }
        }
        return list
    }

    final func isMountPoint(_ name: Bytes) -> Bool {
        for entry in overlaid where entry.name == name { return true }
        return false
    }

    /// The absolute path, for nodes that know their parent.
    final var path: Bytes {
        guard let parent else { return Bytes(text: "/") }
        var names: [Bytes] = [name]
        var above: Node = parent
        while let next = above.parent {
            names.append(above.name)
            above = next
        }
        var result: Bytes = []
        for part in names.reversed() {
            result.append(47)
            result.append(contentsOf: part)
        }
        return result
    }

    /// The path of `name` in this directory.
    final func path(of name: Bytes) -> Bytes {
        var result = parent == nil ? [] : path
        result.append(47)
        result.append(contentsOf: name)
        return result
    }

    final func isBelow(_ ancestor: Node) -> Bool {
        var node: Node? = self
        while let current = node {
            if current === ancestor { return true }
            node = current.parent
        }
        return false
    }
}
