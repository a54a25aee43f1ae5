extension FileCalls {
    /// Calls that change what a file is like: mode, owner, times, size, extended attributes.
    func attributeCall() throws(Errno) -> Int64? {
        switch call.number {
        case 90: return try setMode(try named(here, call.a0, flags: 0), word(call.a1))
        case 91: return try setMode(try dataFile(call.a0).place, word(call.a1))
        case 268: return try setMode(try named(call.a0, call.a1, flags: 0), word(call.a2))
        case 452:
            let flags = word(call.a3)
            guard flags & ~(AtFlags.noFollow | AtFlags.emptyPath) == 0 else { throw .EINVAL }
            return try setMode(try named(call.a0, call.a1, flags: flags), word(call.a2))
        case 92: return try setOwner(try named(here, call.a0, flags: 0), call.a1, call.a2)
        case 93: return try setOwner(try dataFile(call.a0).place, call.a1, call.a2)
        case 94: return try setOwner(try named(here, call.a0, flags: AtFlags.noFollow), call.a1, call.a2)
        case 260:
            guard word(call.a4) & ~(AtFlags.noFollow | AtFlags.emptyPath) == 0 else { throw .EINVAL }
            return try setOwner(try named(call.a0, call.a1, flags: word(call.a4)), call.a2, call.a3)
        case 280: return try setTimesPrecisely()
        case 132:
            let times = try seconds(call.a1)
            return try setTimes(try named(here, call.a0, flags: 0), times)
        case 235:
            let times = try microseconds(call.a1)
            return try setTimes(try named(here, call.a0, flags: 0), times)
        case 261:
            let times = try microseconds(call.a2)
            return try setTimes(call.a1 == 0 ? try dataFile(call.a0).place : try named(call.a0, call.a1, flags: 0), times)
        case 76: return try truncate()
        case 188...199: return try extendedAttribute()
        default: return nil
        }
    }

    private func setMode(_ place: NamedNode, _ mode: UInt32) throws(Errno) -> Int64 {
        let node = place.node
        if node.fileSystem.readOnly { throw .EROFS }
        let status = try place.status()
        try caller.requireOwner(of: status)
        if node.kind == .link { throw .EOPNOTSUPP }
        // Who is not in the group may not have others act as it.
        let isMember = caller.isRoot || caller.belongs(to: status.gid)
        try place.setMode(isMember ? mode : mode & ~0o2000)
        FileNotices.changed(.attributes, of: place)
        return 0
    }

    private func setOwner(_ place: NamedNode, _ uid: UInt64, _ gid: UInt64) throws(Errno) -> Int64 {
        let node = place.node
        if node.fileSystem.readOnly { throw .EROFS }
        let newUID = word(uid) == UInt32.max ? nil : word(uid)
        let newGID = word(gid) == UInt32.max ? nil : word(gid)
        if !caller.isRoot {
            let status = try place.status()
            let groupIsOwn = newGID == nil || newGID == status.gid || newGID == caller.gid || process.groups.contains(newGID ?? 0)
            guard caller.uid == status.uid, newUID == nil || newUID == status.uid, groupIsOwn else { throw .EPERM }
        }
        try place.setOwner(uid: newUID, gid: newGID)
        FileNotices.changed(.attributes, of: place)
        return 0
    }

    // MARK: Times

    private enum NewTime {
        case now
        case omit
        case at(FileTime)
    }

    /// utimensat: `struct timespec[2]`, with UTIME_NOW and UTIME_OMIT.
    private func setTimesPrecisely() throws(Errno) -> Int64 {
        var times: (NewTime, NewTime)? = (.now, .now)
        if call.a2 != 0 { times = try precise(call.a2) }
        if case (.omit, .omit)? = times { return 0 }
        let flags = word(call.a3)
        let isOpen = call.a1 == 0 && int(call.a0) != AtFlags.currentDirectory
        guard flags & ~(isOpen ? 0 : AtFlags.noFollow | AtFlags.emptyPath) == 0 else { throw .EINVAL }
        let place = isOpen ? try dataFile(call.a0).place : try named(call.a0, call.a1, flags: flags)
        guard let times else { throw .EINVAL }
        return try setTimes(place, times)
    }

    /// `nil`: no times; what is to be set is found first.
    private func precise(_ address: UInt64) throws(Errno) -> (NewTime, NewTime)? {
        guard let accessed = try onePrecise(address), let modified = try onePrecise(address &+ 16) else { return nil }
        return (accessed, modified)
    }

    private func onePrecise(_ address: UInt64) throws(Errno) -> NewTime? {
        let seconds = try userLoad(address, as: Int64.self)
        let nanoseconds = try userLoad(address &+ 8, as: Int64.self)
        switch nanoseconds {
        case 0x3fff_ffff: return .now
        case 0x3fff_fffe: return .omit
        case 0..<1_000_000_000: return .at(FileTime(seconds: seconds, nanoseconds: UInt32(nanoseconds)))
        default: return nil
        }
    }

    /// utime: `struct utimbuf`.
    private func seconds(_ address: UInt64) throws(Errno) -> (NewTime, NewTime) {
        guard address != 0 else { return (.now, .now) }
        let accessed = try userLoad(address, as: Int64.self)
        let modified = try userLoad(address &+ 8, as: Int64.self)
        return (.at(FileTime(seconds: accessed, nanoseconds: 0)), .at(FileTime(seconds: modified, nanoseconds: 0)))
    }

    /// utimes and futimesat: `struct timeval[2]`.
    private func microseconds(_ address: UInt64) throws(Errno) -> (NewTime, NewTime) {
        guard address != 0 else { return (.now, .now) }
        return (try microsecond(address), try microsecond(address &+ 16))
    }

    private func microsecond(_ address: UInt64) throws(Errno) -> NewTime {
        let part = try userLoad(address &+ 8, as: Int64.self)
        guard part >= 0, part < 1_000_000 else { throw .EINVAL }
        return .at(FileTime(seconds: try userLoad(address, as: Int64.self), nanoseconds: UInt32(part * 1000)))
    }

    private func setTimes(_ place: NamedNode, _ times: (NewTime, NewTime)) throws(Errno) -> Int64 {
        let node = place.node
        if node.fileSystem.readOnly { throw .EROFS }
        let status = try place.status()
        if case .now = times.0, case .now = times.1, !caller.isRoot, caller.uid != status.uid {
            guard caller.may(Caller.write, status) else { throw .EACCES }
        } else {
            try caller.requireOwner(of: status)
        }
        let accessed = resolved(times.0)
        let modified = resolved(times.1)
        try place.setTimes(accessed: accessed, modified: modified)
        FileNotices.changed(accessed == nil ? .modified : modified == nil ? .accessed : .attributes, of: place)
        return 0
    }

    private func resolved(_ time: NewTime) -> FileTime? {
        switch time {
        case .now: return FileTime.now()
        case .omit: return nil
        case .at(let time): return time
        }
    }

    // MARK: Size

    private func truncate() throws(Errno) -> Int64 {
        let size = try offset(call.a1)
        let place = try named(here, call.a0, flags: 0)
        let node = place.node
        if node.isDirectory { throw .EISDIR }
        guard node.kind == .regular else { throw .EINVAL }
        if node.fileSystem.readOnly { throw .EROFS }
        try caller.require(Caller.write, of: node)
        try node.requireNotRunning()
        try SharedFiles.willChange(node)
        try node.truncate(to: size)
        FileNotices.changed(.modified, of: place)
        return 0
    }

    // MARK: Extended attributes

    /// Four calls in three forms each: by path, by path without following, by descriptor.
    ///
    /// What is wrong with name and value is said before the file is looked for.
    private func extendedAttribute() throws(Errno) -> Int64 {
        let form = (call.number - 188) % 3
        let operation = (call.number - 188) / 3
        var value: Bytes = []
        if operation == 0 {
            guard word(call.a4) & ~3 == 0 else { throw .EINVAL }
            _ = try givenName()
            guard call.a3 <= 65536 else { throw .E2BIG }
            value = try userBytes(call.a2, Int(call.a3))
        } else if operation != 2 {
            _ = try givenName()
        }
        let place: NamedNode
        switch form {
        case 0: place = try named(here, call.a0, flags: 0)
        case 1: place = try named(here, call.a0, flags: AtFlags.noFollow)
        default: place = try dataFile(call.a0).place
        }
        switch operation {
        case 0:
            try requireAttributeRight(place.node)
            try place.node.setAttribute(try attributeName(), value, flags: word(call.a4))
        case 1: return try getAttribute(place.node)
        case 2: return try listAttributes(place.node)
        default:
            try requireAttributeRight(place.node)
            try place.node.setAttribute(try attributeName(), nil, flags: 0)
        }
        FileNotices.changed(.attributes, of: place)
        return 0
    }

    private func givenName() throws(Errno) -> Bytes {
        let name = try userString(call.a1, limit: 256, tooLong: .ERANGE)
        guard !name.isEmpty else { throw .ERANGE }
        return name
    }

    private func attributeName() throws(Errno) -> Bytes {
        let name = try givenName()
        let known =
            name.hasPrefix("user.") || name.hasPrefix("security.") || name.hasPrefix("trusted.") || name.hasPrefix("system.")
        guard known, !name.hasPrefix("system.") else { throw .EOPNOTSUPP }
        if name.last == 46, name.filter({ $0 == 46 }).count == 1 { throw .EINVAL }
        return name
    }

    private func requireAttributeRight(_ node: Node) throws(Errno) {
        if node.fileSystem.readOnly { throw .EROFS }
        let name = try attributeName()
        if name.hasPrefix("user.") {
            guard node.kind == .regular || node.kind == .directory else { throw .EPERM }
            try caller.require(Caller.write, of: node)
        } else if !caller.isRoot {
            throw .EPERM
        }
    }

    private func getAttribute(_ node: Node) throws(Errno) -> Int64 {
        let name = try attributeName()
        // Those of the administrator are not there for anybody else.
        if name.hasPrefix("trusted."), !caller.isRoot { throw .ENODATA }
        guard let value = try node.attribute(name) else { throw .ENODATA }
        return try answer(value, call.a2, call.a3)
    }

    private func listAttributes(_ node: Node) throws(Errno) -> Int64 {
        var list: Bytes = []
        for name in try node.attributeNames() where caller.isRoot || !name.hasPrefix("trusted.") {
            list.append(contentsOf: name)
            list.append(0)
        }
        return try answer(list, call.a1, call.a2)
    }

    private func answer(_ value: Bytes, _ address: UInt64, _ size: UInt64) throws(Errno) -> Int64 {
        if size == 0 { return Int64(value.count) }
        guard size >= UInt64(value.count) else { throw .ERANGE }
        try userStoreBytes(value, to: address)
        return Int64(value.count)
    }
}
