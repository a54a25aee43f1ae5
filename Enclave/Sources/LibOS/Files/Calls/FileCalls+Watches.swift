extension FileCalls {
    /// inotify.
    func watchCall() throws(Errno) -> Int64? {
        switch call.number {
        case 253: return try makeInotify(0)
        case 294: return try makeInotify(word(call.a0))
        case 254: return try addWatch()
        case 255:
            try inotify().removeWatch(int(call.a1))
            return 0
        default: return nil
        }
    }

    private func makeInotify(_ flags: UInt32) throws(Errno) -> Int64 {
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0 else { throw .EINVAL }
        let file = try InotifyFile(flags: flags)
        return Int64(try process.descriptors.install(file, cloexec: flags & OpenFlags.closeOnExec != 0))
    }

    private func inotify() throws(Errno) -> InotifyFile {
        guard let instance = try dataFile(call.a0) as? InotifyFile else { throw .EINVAL }
        return instance
    }

    /// What may be read may be watched.
    private func addWatch() throws(Errno) -> Int64 {
        let mask = FileEvents(rawValue: word(call.a2))
        guard !mask.isDisjoint(with: .known), !mask.contains([.addsToMask, .onlyNew]) else { throw .EINVAL }
        _ = try dataFile(call.a0)
        let instance = try inotify()
        let node = try node(here, call.a1, flags: mask.contains(.noFollow) ? AtFlags.noFollow : 0)
        if mask.contains(.onlyDirectories), !node.isDirectory { throw .ENOTDIR }
        try caller.require(Caller.read, of: node)
        return Int64(try instance.watch(node, mask))
    }
}
