extension FileSystemRoot {
    /// `open(2)` without the descriptor.
    ///
    /// BLOCKS.
    func open(
        path: Bytes, at position: DirectoryPosition, flags: UInt32, mode: UInt32, process: Process?, resolution: Resolution = []
    ) throws(Errno) -> OpenFile {
        let caller = Caller(process: process)
        if flags & OpenFlags.path == 0, flags & OpenFlags.temporary != 0 {
            let directory = try walk(path, at: position, .follow, caller, resolution).existing()
            return try openUnnamed(in: directory, flags: flags, mode: mode, caller)
        }
        let creates = flags & OpenFlags.create != 0 && flags & OpenFlags.path == 0
        if creates, flags & OpenFlags.directory != 0 { throw .EINVAL }
        let exclusive = creates && flags & OpenFlags.exclusive != 0
        let following = flags & OpenFlags.noFollow == 0 && !exclusive
        let ending: PathWalk.Ending = creates ? (following ? .create : .createHere) : (following ? .follow : .keep)
        let result = try walk(path, at: position, ending, caller, resolution)
        guard let node = result.node else {
            guard creates else { throw .ENOENT }
            return try create(result, flags: flags, mode: mode, caller)
        }
        if exclusive { throw .EEXIST }
        return try open(node, result, flags: flags, creates: creates, caller)
    }

    private func create(_ result: PathWalk.Result, flags: UInt32, mode: UInt32, _ caller: Caller) throws(Errno) -> OpenFile {
        if result.parent.fileSystem.readOnly { throw .EROFS }
        try caller.require(Caller.write | Caller.execute, of: result.parent)
        let node = try result.parent.make(
            result.name, kind: .regular, mode: caller.masked(mode), represents: 0, caller)
        // Whoever makes a file may use it as asked for, whatever its mode.
        let file = try node.open(flags: flags, path: result.parent.path(of: result.name), caller)
        file.directory = result.parent
        FileNotices.created(result.name, in: result.parent, isDirectory: false)
        FileNotices.opened(file)
        return file
    }

    private func open(
        _ node: Node, _ result: PathWalk.Result, flags: UInt32, creates: Bool, _ caller: Caller
    ) throws(Errno) -> OpenFile {
        if flags & OpenFlags.directory != 0, !node.isDirectory { throw .ENOTDIR }
        if flags & OpenFlags.path != 0 {
            let file = PathOnlyFile(node: node, path: result.path, flags: flags)
            file.directory = result.directory
            return file
        }
        if node.kind == .link { throw .ELOOP }
        let access = flags & OpenFlags.accessMode
        let writes = access != OpenFlags.readOnly || flags & OpenFlags.truncate != 0
        if node.isDirectory, writes || creates { throw .EISDIR }
        if writes, node.fileSystem.readOnly, node.kind == .regular { throw .EROFS }
        var want = access == OpenFlags.writeOnly ? 0 : Caller.read
        if writes { want |= Caller.write }
        if let sticky = result.node, creates { try protectedCreation(sticky, in: result.parent, caller) }
        try caller.require(want, of: node)
        if writes { try node.requireNotRunning() }
        if flags & OpenFlags.truncate != 0, node.kind == .regular {
            try SharedFiles.willChange(node)
            try node.truncate(to: 0)
        }
        let file = try node.open(flags: flags, path: result.path, caller)
        file.directory = result.directory
        FileNotices.opened(file)
        if flags & OpenFlags.truncate != 0, node.kind == .regular { FileNotices.modified(file) }
        return file
    }

    /// As Linux with `protected_regular`: O_CREAT does not open what another user put into a sticky directory all may write to.
    private func protectedCreation(_ node: Node, in parent: Node, _ caller: Caller) throws(Errno) {
        guard !caller.isRoot, node.kind == .regular || node.kind == .fifo else { return }
        let directory = try parent.status()
        guard directory.mode & 0o1002 == 0o1002 else { return }
        let status = try node.status()
        guard status.uid == directory.uid || status.uid == caller.uid else { throw .EACCES }
    }

    /// O_TMPFILE: a file without a name in the directory's file system.
    private func openUnnamed(in directory: Node, flags: UInt32, mode: UInt32, _ caller: Caller) throws(Errno) -> OpenFile {
        guard flags & OpenFlags.directory != 0, flags & OpenFlags.accessMode != OpenFlags.readOnly else { throw .EINVAL }
        guard directory.isDirectory else { throw .ENOTDIR }
        if directory.fileSystem.readOnly { throw .EROFS }
        try caller.require(Caller.write | Caller.execute, of: directory)
        let kept = flags & ~(OpenFlags.directory | OpenFlags.temporary)
        if let encrypted = directory as? EncryptedDirectory {
            let file = try encrypted.makeUnnamed(mode: caller.masked(mode), caller)
            file.mayBeLinked = flags & OpenFlags.exclusive == 0
            return EncryptedOpenFile(file, path: unnamedPath(file.number, in: directory), flags: kept)
        }
        guard let fileSystem = directory.fileSystem as? TemporaryFileSystem else { throw .EOPNOTSUPP }
        let file = TemporaryFile(fileSystem, mode: caller.masked(mode), uid: caller.uid, gid: caller.gid)
        file.clearLinks()
        file.mayBeLinked = flags & OpenFlags.exclusive == 0
        return TemporaryOpenFile(file, path: unnamedPath(file.number, in: directory), flags: kept)
    }

    private func unnamedPath(_ number: UInt64, in directory: Node) -> Bytes {
        var shown = TextBuilder("#")
        shown.add(number)
        return directory.path(of: shown.bytes)
    }
}

extension Caller {
    /// The mode of a new file after the caller's umask.
    func masked(_ mode: UInt32) -> UInt32 { mode & 0o7777 & ~(process?.umask ?? 0) }
}
