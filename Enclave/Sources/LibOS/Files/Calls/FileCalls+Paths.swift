extension FileCalls {
    /// Calls that open, look at or change names.
    func pathCall() throws(Errno) -> Int64? {
        switch call.number {
        case 2: return try open(here, call.a0, word(call.a1), word(call.a2))
        case 85: return try open(here, call.a0, OpenFlags.create | OpenFlags.writeOnly | OpenFlags.truncate, word(call.a1))
        case 257: return try open(call.a0, call.a1, word(call.a2), word(call.a3))
        case 437: return try openConfined()
        case 4: return try status(here, call.a0, call.a1, 0)
        case 6: return try status(here, call.a0, call.a1, AtFlags.noFollow)
        case 262: return try status(call.a0, call.a1, call.a2, word(call.a3))
        case 332: return try extendedStatus()
        case 21: return try access(here, call.a0, word(call.a1), 0)
        case 269: return try access(call.a0, call.a1, word(call.a2), 0)
        case 439: return try access(call.a0, call.a1, word(call.a2), word(call.a3))
        case 89: return try readLink(here, call.a0, call.a1, call.a2)
        case 267: return try readLink(call.a0, call.a1, call.a2, call.a3)
        case 79: return try currentDirectory()
        case 80, 81: return try changeDirectory()
        case 137, 138: return try fileSystemStatus()
        case 82: return try rename(here, call.a0, here, call.a1, 0)
        case 264: return try rename(call.a0, call.a1, call.a2, call.a3, 0)
        case 316: return try rename(call.a0, call.a1, call.a2, call.a3, word(call.a4))
        case 83: return try make(here, call.a0, FileKind.directory.bits | word(call.a1) & 0o1777, 0)
        case 258: return try make(call.a0, call.a1, FileKind.directory.bits | word(call.a2) & 0o1777, 0)
        case 133: return try makeSpecial(here, call.a0, word(call.a1), call.a2)
        case 259: return try makeSpecial(call.a0, call.a1, word(call.a2), call.a3)
        case 84: return try remove(here, call.a0, directory: true)
        case 87: return try remove(here, call.a0, directory: false)
        case 263:
            guard call.a2 & ~0x200 == 0 else { throw .EINVAL }
            return try remove(call.a0, call.a1, directory: call.a2 != 0)
        case 86: return try link(here, call.a0, here, call.a1, 0)
        case 265: return try link(call.a0, call.a1, call.a2, call.a3, word(call.a4))
        case 88: return try makeLink(call.a0, here, call.a1)
        case 266: return try makeLink(call.a0, call.a1, call.a2)
        case 95:
            let old = process.umask
            process.umask = word(call.a0) & 0o777
            return Int64(old)
        default: return nil
        }
    }

    // MARK: Looking

    private func open(
        _ descriptor: UInt64, _ address: UInt64, _ flags: UInt32, _ mode: UInt32, _ resolution: Resolution = []
    ) throws(Errno) -> Int64 {
        try requireSense(flags)
        let path = try userPath(address)
        let isScoped = !resolution.isDisjoint(with: [.inRoot, .beneath])
        let file = try files.open(
            path: path, at: position(descriptor, path, isScoped: isScoped), flags: flags, mode: mode, process: process,
            resolution: resolution)
        do throws(Errno) {
            return Int64(try process.descriptors.install(file, cloexec: flags & OpenFlags.closeOnExec != 0))
        } catch {
            file.closed()
            throw error
        }
    }

    /// Flags that cannot go together are refused before the path is looked at.
    private func requireSense(_ flags: UInt32) throws(Errno) {
        guard flags & OpenFlags.path == 0 else { return }
        if flags & OpenFlags.temporary != 0 {
            let writes = flags & OpenFlags.accessMode != OpenFlags.readOnly
            guard flags & OpenFlags.directory != 0, flags & OpenFlags.create == 0, writes else { throw .EINVAL }
        } else if flags & OpenFlags.create != 0, flags & OpenFlags.directory != 0 {
            throw .EINVAL
        }
    }

    /// openat2: what it does not know it refuses, where open and openat look away.
    private func openConfined() throws(Errno) -> Int64 {
        let how = try OpenHow(at: call.a2, size: call.a3)
        return try open(call.a0, call.a1, how.flags, how.mode, how.resolution)
    }

    private func status(_ descriptor: UInt64, _ path: UInt64, _ address: UInt64, _ flags: UInt32) throws(Errno) -> Int64 {
        let known = AtFlags.noFollow | AtFlags.noAutomount | AtFlags.emptyPath | AtFlags.synchronisation
        guard flags & ~known == 0 else { throw .EINVAL }
        try userStore(StatusRecord(try named(descriptor, path, flags: flags).status()), to: address)
        return 0
    }

    private func extendedStatus() throws(Errno) -> Int64 {
        let flags = word(call.a2)
        let known = AtFlags.noFollow | AtFlags.noAutomount | AtFlags.emptyPath | AtFlags.synchronisation
        guard flags & ~known == 0, flags & AtFlags.synchronisation != AtFlags.synchronisation, call.a3 & 0x8000_0000 == 0
        else { throw .EINVAL }
        try userStore(ExtendedStatusRecord(try named(call.a0, call.a1, flags: flags).status()), to: call.a4)
        return 0
    }

    private func access(_ descriptor: UInt64, _ path: UInt64, _ mode: UInt32, _ flags: UInt32) throws(Errno) -> Int64 {
        guard mode & ~7 == 0, flags & ~(AtFlags.noFollow | AtFlags.effectiveAccess | AtFlags.emptyPath) == 0 else {
            throw .EINVAL
        }
        let node = try node(descriptor, path, flags: flags)
        guard mode != 0 else { return 0 }
        let status = try node.status()
        let isPlain = node.kind == .regular || node.kind == .directory || node.kind == .link
        if mode & 2 != 0, node.fileSystem.readOnly, isPlain { throw .EROFS }
        let effective = flags & AtFlags.effectiveAccess != 0
        let uid = effective ? process.euid : process.uid
        let gid = effective ? process.egid : process.gid
        guard caller.may(mode, status, uid: uid, gid: gid) else { throw .EACCES }
        return 0
    }

    private func readLink(_ descriptor: UInt64, _ path: UInt64, _ address: UInt64, _ size: UInt64) throws(Errno) -> Int64 {
        guard int(size) > 0 else { throw .EINVAL }
        let found = try named(descriptor, path, flags: AtFlags.noFollow | AtFlags.emptyPath)
        let node = found.node
        // Where no name was given, what is no link is as good as nothing.
        guard node.kind == .link else { throw try userPath(path).isEmpty ? .ENOENT : .EINVAL }
        let target = try node.linkTarget(caller)
        let shown = target.count > Int(int(size)) ? Bytes(target[0..<Int(int(size))]) : target
        try userStoreBytes(shown, to: address)
        return Int64(shown.count)
    }

    private func currentDirectory() throws(Errno) -> Int64 {
        let directory = process.directory.directory
        // A removed directory has no path.
        if directory.parent != nil, try directory.status().links == 0 { throw .ENOENT }
        var path = directory.path
        path.append(0)
        guard call.a1 >= UInt64(path.count) else { throw .ERANGE }
        try userStoreBytes(path, to: call.a0)
        return Int64(path.count)
    }

    private func changeDirectory() throws(Errno) -> Int64 {
        let node = call.number == 81 ? try file(call.a0).node : try node(here, call.a0, flags: 0)
        guard node.isDirectory else { throw .ENOTDIR }
        try caller.require(Caller.execute, of: node)
        process.directory = DirectoryPosition(node)
        return 0
    }

    private func fileSystemStatus() throws(Errno) -> Int64 {
        let node = call.number == 138 ? try file(call.a0).node : try node(here, call.a0, flags: 0)
        try userStore(node.fileSystem.statistics(), to: call.a1)
        return 0
    }

    // MARK: Changing

    private func target(_ descriptor: UInt64, _ address: UInt64) throws(Errno) -> PathWalk.Result {
        let path = try userPath(address)
        return try files.walk(path, at: position(descriptor, path), .name, caller)
    }

    /// The directory and the free name a new file gets.
    private func place(_ descriptor: UInt64, _ address: UInt64, directory: Bool = false) throws(Errno) -> PathWalk.Result {
        let result = try target(descriptor, address)
        guard result.node == nil else { throw .EEXIST }
        if result.trailingSlash, !directory { throw .ENOENT }
        if result.parent.fileSystem.readOnly { throw .EROFS }
        try caller.require(Caller.write | Caller.execute, of: result.parent)
        return result
    }

    private func make(_ descriptor: UInt64, _ path: UInt64, _ mode: UInt32, _ device: UInt64) throws(Errno) -> Int64 {
        let kind = FileKind(bits: mode)
        let result = try place(descriptor, path, directory: kind == .directory)
        _ = try result.parent.make(
            result.name, kind: kind, mode: caller.masked(mode), represents: device, caller)
        FileNotices.created(result.name, in: result.parent, isDirectory: kind == .directory)
        return 0
    }

    private func makeSpecial(_ descriptor: UInt64, _ path: UInt64, _ mode: UInt32, _ device: UInt64) throws(Errno) -> Int64 {
        switch FileKind(bits: mode) {
        case .fifo, .socket, .regular: return try make(descriptor, path, mode, 0)
        case .anonymous: return try make(descriptor, path, FileKind.regular.bits | mode, 0)
        case .characterDevice, .blockDevice:
            _ = try place(descriptor, path)
            throw .EPERM
        case .directory: throw .EPERM
        default: throw .EINVAL
        }
    }

    private func makeLink(_ text: UInt64, _ descriptor: UInt64, _ path: UInt64) throws(Errno) -> Int64 {
        let text = try userPath(text)
        guard !text.isEmpty else { throw .ENOENT }
        let result = try place(descriptor, path)
        try result.parent.makeLink(result.name, target: text, caller)
        FileNotices.created(result.name, in: result.parent, isDirectory: false)
        return 0
    }

    private func link(
        _ oldDescriptor: UInt64, _ oldPath: UInt64, _ newDescriptor: UInt64, _ newPath: UInt64, _ flags: UInt32
    ) throws(Errno) -> Int64 {
        guard flags & ~(AtFlags.follow | AtFlags.emptyPath) == 0 else { throw .EINVAL }
        let lookup = flags & AtFlags.emptyPath | (flags & AtFlags.follow != 0 ? 0 : AtFlags.noFollow)
        let node = try node(oldDescriptor, oldPath, flags: lookup)
        let result = try place(newDescriptor, newPath)
        guard node.fileSystem === result.parent.fileSystem else { throw .EXDEV }
        try protectedLinking(node)
        try result.parent.addLink(result.name, to: node)
        FileNotices.linked(node, result.name, in: result.parent)
        return 0
    }

    /// As Linux with `protected_hardlinks`: a link to another user's file takes the right to read and write it.
    private func protectedLinking(_ node: Node) throws(Errno) {
        guard !caller.isRoot else { return }
        let status = try node.status()
        guard caller.uid != status.uid else { return }
        let setsIDs = status.mode & 0o4000 != 0 || status.mode & 0o2010 == 0o2010
        guard node.kind == .regular, !setsIDs, caller.may(Caller.read | Caller.write, status) else { throw .EPERM }
    }

    /// Taking a name out of a directory: write permission there, and in a sticky one ownership.
    private func requireRemoval(of node: Node, from parent: Node) throws(Errno) {
        try caller.require(Caller.write | Caller.execute, of: parent)
        guard !caller.isRoot else { return }
        let directory = try parent.status()
        guard directory.mode & 0o1000 != 0 else { return }
        let owner = try node.status().uid
        guard caller.uid == directory.uid || caller.uid == owner else { throw .EPERM }
    }

    private func remove(_ descriptor: UInt64, _ path: UInt64, directory: Bool) throws(Errno) -> Int64 {
        let result = try target(descriptor, path)
        switch result.last {
        case .normal: break
        case .dot: throw directory ? .EINVAL : .EISDIR
        case .dotDot: throw directory ? .ENOTEMPTY : .EISDIR
        case .root: throw directory ? .EBUSY : .EISDIR
        }
        if result.parent.fileSystem.readOnly, !result.parent.isMountPoint(result.name) { throw .EROFS }
        let node = try result.existing()
        try requireRemoval(of: node, from: result.parent)
        if directory, !node.isDirectory { throw .ENOTDIR }
        if !directory, node.isDirectory { throw .EISDIR }
        if result.trailingSlash, !node.isDirectory { throw .ENOTDIR }
        if result.parent.isMountPoint(result.name) { throw .EBUSY }
        try result.parent.remove(result.name, node)
        FileNotices.removed(node, result.name, from: result.parent)
        return 0
    }

    /// The refusals in the order Linux makes them.
    private func checkRename(_ node: Node, _ old: PathWalk.Result, _ new: PathWalk.Result, _ flags: RenameFlags) throws(Errno) {
        if flags.contains(.noReplace), new.node != nil { throw .EEXIST }
        let exchanges = flags.contains(.exchange)
        if exchanges {
            guard let other = new.node else { throw .ENOENT }
            if !other.isDirectory, new.trailingSlash { throw .ENOTDIR }
        }
        guard !node.isDirectory else { return }
        if old.trailingSlash || !exchanges && new.trailingSlash { throw .ENOTDIR }
    }

    private func rename(
        _ oldDescriptor: UInt64, _ oldPath: UInt64, _ newDescriptor: UInt64, _ newPath: UInt64, _ bits: UInt32
    ) throws(Errno) -> Int64 {
        let flags = RenameFlags(rawValue: bits)
        // Linux knows these; that no file system in here leaves whiteouts is found out with the file.
        guard bits & ~7 == 0, !flags.contains(.exchange) || flags == .exchange else { throw .EINVAL }
        let old = try target(oldDescriptor, oldPath)
        let new = try target(newDescriptor, newPath)
        guard old.parent.fileSystem === new.parent.fileSystem else { throw .EXDEV }
        guard old.last == .normal else { throw .EBUSY }
        guard new.last == .normal else { throw flags.contains(.noReplace) ? .EEXIST : .EBUSY }
        if old.parent.fileSystem.readOnly { throw .EROFS }
        let node = try old.existing()
        guard !flags.contains(.whiteout) else { throw .EINVAL }
        try checkRename(node, old, new, flags)
        try requireRemoval(of: node, from: old.parent)
        if let replaced = new.node {
            try requireRemoval(of: replaced, from: new.parent)
        } else {
            try caller.require(Caller.write | Caller.execute, of: new.parent)
        }
        if old.parent.isMountPoint(old.name) || new.parent.isMountPoint(new.name) { throw .EBUSY }
        try old.parent.rename(old.name, to: new.parent, new.name, flags: flags)
        guard node !== new.node else { return 0 }
        let exchanged = flags.contains(.exchange) ? new.node : nil
        follow(node, from: old, to: new)
        if let exchanged { follow(exchanged, from: new, to: old) }
        FileNotices.moved(node, from: old, to: new, replacing: exchanged == nil ? new.node : nil)
        if let exchanged { FileNotices.moved(exchanged, from: new, to: old, replacing: nil) }
        return 0
    }

    /// What was opened by the old name is at the new one now.
    private func follow(_ node: Node, from old: PathWalk.Result, to new: PathWalk.Result) {
        guard !node.isDirectory, node.openFiles > 0 else { return }
        for process in ProcessList.all {
            process.descriptors.forEach { file in
                guard file.node === node, file.directory === old.parent, file.path.lastName == old.name else { return }
                file.directory = new.parent
                file.path = new.parent.path(of: new.name)
            }
        }
    }
}
