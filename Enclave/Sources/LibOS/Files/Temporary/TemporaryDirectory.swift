import Wire

/// A directory in kernel memory: names in no order, found through a hash, in front of those of a directory of the image if it began as one.
final class TemporaryDirectory: TemporaryNode {
    private struct Entry {
        let name: Bytes
        /// `nil`: the image has the name, and it was removed.
        var node: TemporaryNode?
        /// The image has this name too.
        let hidesImage: Bool
    }

    private var names: [Entry] = []
    /// Place in `names` by hash of the name.
    private var places = IntegerTable<Int>()
    /// Two names had one hash: what the table does not find may still be there.
    private var collided = false
    /// How many entries only say that a name of the image is gone.
    private var missing = 0
    private(set) var removed = false

    init(_ temporary: TemporaryFileSystem, mode: UInt32, uid: UInt32, gid: UInt32) {
        super.init(temporary, kind: .directory, mode: mode, uid: uid, gid: gid)
    }

    init(_ temporary: TemporaryFileSystem, image: VerifiedNode, parent: TemporaryDirectory?, name: Bytes) {
        super.init(temporary, image: image)
        self.parent = parent
        self.name = name
    }

    override var size: UInt64 { image == nil ? UInt64(names.count) * 20 + 40 : 4096 }

    private var isEmpty: Bool {
        guard names.count == missing, overlaid.isEmpty else { return false }
        return missing == Int(clamping: image?.inode.size ?? 0)
    }

    // MARK: Looking

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? { try lookUp(name) }

    /// BLOCKS.
    private func lookUp(_ name: PathName) throws(Errno) -> TemporaryNode? {
        if !names.isEmpty, let place = place(of: name) { return names[place].node }
        guard let image else { return nil }
        let found = try temporary.imageChild(name, of: image, in: self)
        // The index may have made this thread wait, while another one changed the directory.
        if !names.isEmpty, let place = place(of: name) { return names[place].node }
        return found
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        if let image {
            list = try image.entries()
            if names.contains(where: { $0.hidesImage }) { list.removeAll { place(of: PathName($0.name)) != nil } }
        }
        list.reserveCapacity(list.count + names.count)
        for entry in names {
            guard let node = entry.node else { continue }
            list.append(DirectoryEntry(name: entry.name, number: node.number, kind: node.kind))
        }
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
        try checkAbsent(name)
        let group = inheritedGroup(caller)
        let node: TemporaryNode
        switch kind {
        case .directory:
            node = TemporaryDirectory(temporary, mode: mode & 0o7777 | self.mode & 0o2000, uid: caller.uid, gid: group)
        case .regular: node = TemporaryFile(temporary, mode: caller.keptMode(mode, group), uid: caller.uid, gid: group)
        default:
            node = TemporarySpecial(temporary, kind: kind, mode: mode, represents: represents, uid: caller.uid, gid: group)
        }
        put(name, node)
        return node
    }

    override func makeLink(_ name: Bytes, target: Bytes, _ caller: Caller) throws(Errno) {
        try checkAbsent(name)
        put(name, TemporaryLink(temporary, target: target, uid: caller.uid, gid: inheritedGroup(caller)))
    }

    override func addLink(_ name: Bytes, to node: Node) throws(Errno) {
        try checkAbsent(name)
        guard let node = node as? TemporaryNode, node.fileSystem === fileSystem else { throw .EXDEV }
        guard !node.isDirectory else { throw .EPERM }
        guard node.links > 0 || (node as? TemporaryFile)?.mayBeLinked ?? false else { throw .ENOENT }
        node.changeLinks(by: 1)
        put(name, node)
    }

    private func inheritedGroup(_ caller: Caller) -> UInt32 { mode & 0o2000 != 0 ? gid : caller.gid }

    private func checkWritable() throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        if removed { throw .ENOENT }
    }

    /// The caller looked before, but may have waited since.
    private func checkAbsent(_ name: Bytes) throws(Errno) {
        try checkWritable()
        if let place = place(of: PathName(name)), names[place].node != nil { throw .EEXIST }
    }

    /// Lets `name` stand for `node`, where nothing does now.
    private func put(_ name: Bytes, _ node: TemporaryNode) {
        set(name, node, hidesImage: false)
        adopt(node, name)
        contentChanged()
    }

    /// Writes the entry of a name: the one it has, or a new one.
    private func set(_ name: Bytes, _ node: TemporaryNode?, hidesImage: Bool) {
        if let place = place(of: PathName(name)) {
            if names[place].node == nil { missing -= 1 }
            names[place].node = node
        } else {
            let hash = PathName(name).hash(seed: 0)
            if places[hash] == nil { places.set(hash, names.count) } else { collided = true }
            names.append(Entry(name: name, node: node, hidesImage: hidesImage))
        }
        if node == nil { missing += 1 }
    }

    private func adopt(_ node: TemporaryNode, _ name: Bytes) {
        guard node.isDirectory else { return }
        node.parent = self
        node.name = name
        node.differs()
        changeLinks(by: 1)
    }

    // MARK: Removing

    override func remove(_ name: Bytes, _ node: Node) throws(Errno) {
        try checkWritable()
        guard let gone = try lookUp(PathName(name)), gone === node else { throw .ENOENT }
        if let directory = gone as? TemporaryDirectory {
            guard directory.isEmpty else { throw .ENOTEMPTY }
            directory.removed = true
            // Its parent stays known, so that `..` of a process that is still in it leads somewhere.
            directory.clearLinks()
        } else {
            gone.changeLinks(by: -1)
        }
        take(name, gone)
    }

    /// Takes the name away from `node`.
    private func take(_ name: Bytes, _ node: TemporaryNode) {
        if node.isDirectory { changeLinks(by: -1) }
        if let place = place(of: PathName(name)), !names[place].hidesImage {
            drop(place)
        } else {
            set(name, nil, hidesImage: true)
        }
        contentChanged()
    }

    private func drop(_ place: Int) {
        let hash = PathName(names[place].name).hash(seed: 0)
        if places[hash] == place { places.remove(hash) }
        let last = names.count - 1
        if place != last {
            names[place] = names[last]
            let moved = PathName(names[place].name).hash(seed: 0)
            if places[moved] == last { places.set(moved, place) }
        }
        names.removeLast()
    }

    // MARK: Renaming

    override func rename(_ name: Bytes, to directory: Node, _ newName: Bytes, flags: RenameFlags) throws(Errno) {
        guard let target = directory as? TemporaryDirectory else { throw .EXDEV }
        // The image has been asked before what both names are, so that nothing waits from here on.
        guard let node = try lookUp(PathName(name)) else { throw .ENOENT }
        let other = try target.lookUp(PathName(newName))
        try checkWritable()
        try target.checkWritable()
        if node.isDirectory, target.isBelow(node) { throw .EINVAL }
        if flags.contains(.exchange) {
            guard let other else { throw .ENOENT }
            if other.isDirectory, isBelow(other) { throw .EINVAL }
            if other !== node { exchange(name, node, with: newName, other, of: target) }
            return
        }
        if let other {
            if flags.contains(.noReplace) { throw .EEXIST }
            if other === node { return }
            if other.isDirectory, isBelow(other) { throw .ENOTEMPTY }
            if node.isDirectory, !other.isDirectory { throw .ENOTDIR }
            if !node.isDirectory, other.isDirectory { throw .EISDIR }
            try target.remove(newName, other)
        }
        take(name, node)
        target.put(newName, node)
        node.statusChanged()
    }

    private func exchange(
        _ name: Bytes, _ node: TemporaryNode, with newName: Bytes, _ other: TemporaryNode, of target: TemporaryDirectory
    ) {
        if node.isDirectory { changeLinks(by: -1) }
        if other.isDirectory { target.changeLinks(by: -1) }
        // What has no entry yet is a name of the image.
        set(name, other, hidesImage: true)
        target.set(newName, node, hidesImage: true)
        adopt(other, name)
        target.adopt(node, newName)
        for moved in [node, other] { moved.statusChanged() }
        for directory in [self, target] { directory.contentChanged() }
    }
}
