/// A directory of a tmpfs: names in no order, found through a hash.
final class TemporaryDirectory: TemporaryNode {
    private var names: [(name: Bytes, node: TemporaryNode)] = []
    /// Place in `names` by hash of the name.
    private var places = IntegerTable<Int>()
    /// Two names had one hash: what the table does not find may still be there.
    private var collided = false
    private var removed = false

    private static let exchange: UInt32 = 2
    private static let noReplace: UInt32 = 1

    init(_ temporary: TemporaryFileSystem, mode: UInt32, uid: UInt32, gid: UInt32) {
        super.init(temporary, kind: .directory, mode: mode, uid: uid, gid: gid)
        links = 2
    }

    override var size: UInt64 { UInt64(names.count) * 20 + 40 }
    private var isEmpty: Bool { names.isEmpty && overlaid.isEmpty }

    // MARK: Looking

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard let place = place(of: name) else { return nil }
        return names[place].node
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        list.reserveCapacity(names.count)
        for entry in names { list.append(DirectoryEntry(name: entry.name, number: entry.node.number, kind: entry.node.kind)) }
        return list
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        DirectoryFile(node: self, path: path, flags: flags)
    }

    private func place(of name: PathName) -> Int? {
        if let place = places[name.hash(seed: 0)], name.equals(names[place].name) { return place }
        guard collided else { return nil }
        for other in 0..<names.count where name.equals(names[other].name) { return other }
        return nil
    }

    // MARK: Making

    override func make(_ name: Bytes, kind: FileKind, mode: UInt32, represents: UInt64, _ caller: Caller) throws(Errno) -> Node {
        try checkWritable()
        let owner = mode & 0o7777
        let group = self.mode & 0o2000 != 0 ? gid : caller.gid
        let node: TemporaryNode
        switch kind {
        case .directory:
            let inherited = self.mode & 0o2000
            node = TemporaryDirectory(temporary, mode: owner | inherited, uid: caller.uid, gid: group)
        case .regular: node = TemporaryFile(temporary, mode: owner, uid: caller.uid, gid: group)
        default:
            node = TemporarySpecial(
                temporary, kind: kind, mode: owner, represents: represents, uid: caller.uid, gid: group)
        }
        insert(name, node)
        return node
    }

    override func makeLink(_ name: Bytes, target: Bytes, _ caller: Caller) throws(Errno) {
        try checkWritable()
        let group = mode & 0o2000 != 0 ? gid : caller.gid
        insert(name, TemporaryLink(temporary, target: target, uid: caller.uid, gid: group))
    }

    override func addLink(_ name: Bytes, to node: Node) throws(Errno) {
        try checkWritable()
        guard let node = node as? TemporaryNode, node.fileSystem === fileSystem else { throw .EXDEV }
        guard !node.isDirectory else { throw .EPERM }
        node.links += 1
        node.changed = FileTime.now()
        insert(name, node)
    }

    private func checkWritable() throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        if removed { throw .ENOENT }
    }

    private func insert(_ name: Bytes, _ node: TemporaryNode) {
        let hash = PathName(name).hash(seed: 0)
        if places[hash] == nil { places.set(hash, names.count) } else { collided = true }
        names.append((name: name, node: node))
        if node.isDirectory {
            node.parent = self
            node.name = name
            links += 1
        }
        contentChanged()
    }

    // MARK: Removing

    override func remove(_ name: Bytes, _ node: Node) throws(Errno) {
        try checkWritable()
        guard let place = place(of: PathName(name)), names[place].node === node else { throw .ENOENT }
        let gone = names[place].node
        if let directory = gone as? TemporaryDirectory {
            guard directory.isEmpty else { throw .ENOTEMPTY }
            directory.removed = true
            // Its parent stays known, so that `..` of a process that is still in it leads somewhere.
            directory.links = 0
        } else {
            gone.links -= 1
        }
        gone.changed = FileTime.now()
        take(place)
    }

    private func take(_ place: Int) {
        if names[place].node.isDirectory { links -= 1 }
        let hash = PathName(names[place].name).hash(seed: 0)
        if places[hash] == place { places.remove(hash) }
        let last = names.count - 1
        if place != last {
            names[place] = names[last]
            let moved = PathName(names[place].name).hash(seed: 0)
            if places[moved] == last { places.set(moved, place) }
        }
        names.removeLast()
        contentChanged()
    }

    // MARK: Renaming

    override func rename(_ name: Bytes, to directory: Node, _ newName: Bytes, flags: UInt32) throws(Errno) {
        try checkWritable()
        guard let target = directory as? TemporaryDirectory, let from = place(of: PathName(name)) else { throw .EXDEV }
        try target.checkWritable()
        let node = names[from].node
        let existing = target.place(of: PathName(newName))
        if flags & Self.exchange != 0 {
            guard let existing else { throw .ENOENT }
            if node.isDirectory, target.isBelow(node) { throw .EINVAL }
            let other = target.names[existing].node
            if other.isDirectory, isBelow(other) { throw .EINVAL }
            names[from].node = other
            target.names[existing].node = node
            adopt(other, name, from: target)
            target.adopt(node, newName, from: self)
            return
        }
        if existing != nil, flags & Self.noReplace != 0 { throw .EEXIST }
        if node.isDirectory, target.isBelow(node) { throw .EINVAL }
        if let existing {
            let other = target.names[existing].node
            if other === node { return }
            if other.isDirectory, isBelow(other) { throw .ENOTEMPTY }
            if node.isDirectory, !other.isDirectory { throw .ENOTDIR }
            if !node.isDirectory, other.isDirectory { throw .EISDIR }
            try target.remove(newName, other)
        }
        if let place = place(of: PathName(name)) { take(place) }
        target.insert(newName, node)
        node.changed = FileTime.now()
    }

    private func adopt(_ node: TemporaryNode, _ name: Bytes, from other: TemporaryDirectory) {
        if node.isDirectory {
            node.parent = self
            node.name = name
            if other !== self {
                links += 1
                other.links -= 1
            }
        }
        node.changed = FileTime.now()
        contentChanged()
    }
}
