import Volume

/// A directory of an encrypted volume.
final class EncryptedDirectory: EncryptedNode {
    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        DirectoryFile(node: self, path: path, flags: flags)
    }

    // MARK: Looking

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        let wanted = name.bytes
        guard wanted.count <= EncryptedFileSystem.HostVolume.longestName else { throw .ENAMETOOLONG }
        return try system.perform { (volume) throws(VolumeError) in try lookup(wanted, volume) }
    }

    /// Within `perform`.
    private func lookup(_ name: Bytes, _ volume: EncryptedFileSystem.HostVolume) throws(VolumeError) -> EncryptedNode? {
        guard let number = try volume.lookup(file, name) else { return nil }
        let node = try system.node(try volume.file(number), volume)
        adopt(node, name)
        return node
    }

    private func adopt(_ node: EncryptedNode, _ name: Bytes) {
        guard node.isDirectory else { return }
        node.parent = self
        node.name = name
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        let names = try system.perform { (volume) throws(VolumeError) in try volume.names(in: file) }
        var list: [DirectoryEntry] = []
        list.reserveCapacity(names.count)
        for name in names {
            list.append(DirectoryEntry(name: name.name, number: name.number, kind: FileKind(bits: UInt32(name.type) << 12)))
        }
        return list
    }

    // MARK: Making

    private func checkChangeable() throws(Errno) {
        try checkWritable()
        if file.record.links == 0 { throw .ENOENT }
    }

    private func record(_ mode: UInt32, _ caller: Caller) -> FileRecord {
        let inheritsGroup = file.record.mode & 0o2000 != 0
        return FileRecord(mode: mode, uid: caller.uid, gid: inheritsGroup ? file.record.gid : caller.gid, time: Self.now)
    }

    override func make(_ name: Bytes, kind: FileKind, mode: UInt32, represents: UInt64, _ caller: Caller) throws(Errno) -> Node {
        try checkChangeable()
        var record = record(kind.bits, caller)
        record.mode |= kind == .directory ? mode & 0o7777 | file.record.mode & 0o2000 : caller.keptMode(mode, record.gid)
        record.represents = represents
        return try create(record, name, target: [])
    }

    override func makeLink(_ name: Bytes, target: Bytes, _ caller: Caller) throws(Errno) {
        try checkChangeable()
        _ = try create(record(FileKind.link.bits | 0o777, caller), name, target: target)
    }

    private func create(_ record: FileRecord, _ name: Bytes, target: Bytes) throws(Errno) -> EncryptedNode {
        try system.perform { (volume) throws(VolumeError) in
            let node = try system.node(try volume.create(record, in: file, name, target: target), volume)
            adopt(node, name)
            return node
        }
    }

    /// O_TMPFILE: a file that has no name yet.
    func makeUnnamed(mode: UInt32, _ caller: Caller) throws(Errno) -> EncryptedRegular {
        try checkChangeable()
        var record = record(FileKind.regular.bits, caller)
        record.mode |= caller.keptMode(mode, record.gid)
        let made = try system.perform { [record] (volume) throws(VolumeError) in
            try system.node(try volume.createUnnamed(record), volume)
        }
        guard let node = made as? EncryptedRegular else { throw .EIO }
        return node
    }

    override func addLink(_ name: Bytes, to node: Node) throws(Errno) {
        try checkChangeable()
        guard let node = node as? EncryptedNode, node.fileSystem === fileSystem else { throw .EXDEV }
        guard !node.isDirectory else { throw .EPERM }
        guard node.file.record.links > 0 || (node as? EncryptedRegular)?.mayBeLinked ?? false else { throw .ENOENT }
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in try volume.link(node.file, in: file, name, now) }
    }

    // MARK: Removing

    override func remove(_ name: Bytes, _ node: Node) throws(Errno) {
        try checkChangeable()
        guard node.overlaid.isEmpty else { throw .EBUSY }
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in
            guard try volume.lookup(file, name) == node.number else { throw .notFound }
            try volume.remove(name, from: file, now)
            try system.noteRemoval(of: node, volume)
        }
    }

    // MARK: Renaming

    override func rename(_ name: Bytes, to directory: Node, _ newName: Bytes, flags: RenameFlags) throws(Errno) {
        try checkChangeable()
        guard let target = directory as? EncryptedDirectory, target.fileSystem === fileSystem else { throw .EXDEV }
        try target.checkChangeable()
        let now = Self.now
        try system.locked { (volume) throws(Errno) in
            let found = try system.step { () throws(VolumeError) in (try lookup(name, volume), try target.lookup(newName, volume)) }
            guard let node = found.0 else { throw .ENOENT }
            if flags.contains(.exchange) {
                guard let other = found.1 else { throw .ENOENT }
                return try exchange(name, node, target, newName, other, volume, now)
            }
            try check(node, target, found.1, flags)
            if let other = found.1, other === node { return }
            try system.step { () throws(VolumeError) in
                try volume.rename(name, from: file, to: target.file, newName, now)
                if let other = found.1 { try system.noteRemoval(of: other, volume) }
            }
            target.adopt(node, newName)
        }
    }

    private func check(_ node: EncryptedNode, _ target: EncryptedDirectory, _ other: EncryptedNode?, _ flags: RenameFlags)
        throws(Errno)
    {
        if other != nil, flags.contains(.noReplace) { throw .EEXIST }
        if node.isDirectory, target.isBelow(node) { throw .EINVAL }
        guard let other, other !== node else { return }
        if other.isDirectory, isBelow(other) { throw .ENOTEMPTY }
        if node.isDirectory, !other.isDirectory { throw .ENOTDIR }
        if !node.isDirectory, other.isDirectory { throw .EISDIR }
    }

    private func exchange(
        _ name: Bytes, _ node: EncryptedNode, _ target: EncryptedDirectory, _ newName: Bytes, _ other: EncryptedNode,
        _ volume: EncryptedFileSystem.HostVolume, _ now: FileRecord.Time
    ) throws(Errno) {
        if node.isDirectory, target.isBelow(node) { throw .EINVAL }
        if other.isDirectory, isBelow(other) { throw .EINVAL }
        try system.step { () throws(VolumeError) in
            try volume.exchange(name, in: file, with: newName, in: target.file, now)
        }
        target.adopt(node, newName)
        adopt(other, name)
    }
}
