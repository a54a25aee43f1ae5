/// Users and groups: bookkeeping, since one enclave has one tenant, but by Linux' rules.
enum IdentityCalls {
    /// The calls on who a process is: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        let process = thread.process
        switch call.number {
        case 102: return Int64(process.uid)
        case 104: return Int64(process.gid)
        case 107: return Int64(process.euid)
        case 108: return Int64(process.egid)
        case 105: return try setUser(call.a0, process)
        case 106: return try setGroup(call.a0, process)
        case 113: return try setRealAndEffective(call, groups: false, process)
        case 114: return try setRealAndEffective(call, groups: true, process)
        case 117: return try setAll(call, groups: false, process)
        case 119: return try setAll(call, groups: true, process)
        case 118: return try store([process.uid, process.euid, process.suid], call)
        case 120: return try store([process.gid, process.egid, process.sgid], call)
        case 122: return setFileUser(call.a0, process)
        case 123: return setFileGroup(call.a0, process)
        case 115: return try groups(call, process)
        case 116: return try setGroups(call, process)
        case 125: return try CapabilityCalls.get(call, thread)
        case 126: return try CapabilityCalls.set(call, thread)
        default: return try SessionCalls.answer(call, thread)
        }
    }

    /// Real, effective and saved id of one kind.
    typealias Ids = (real: UInt32, effective: UInt32, saved: UInt32)
    private static let unchanged = UInt32.max

    private static func ids(_ process: Process, groups: Bool) -> Ids {
        groups ? (process.gid, process.egid, process.sgid) : (process.uid, process.euid, process.suid)
    }

    /// The file system's id follows the effective one.
    private static func take(_ new: Ids, groups: Bool, _ process: Process) {
        if groups {
            (process.gid, process.egid, process.sgid) = new
            process.fsgid = new.effective
        } else {
            process.capabilities.follow(from: ids(process, groups: false), to: new)
            (process.uid, process.euid, process.suid) = new
            process.fsuid = new.effective
        }
    }

    private static func isFree(_ process: Process, groups: Bool) -> Bool {
        process.capabilities.has(groups ? Capabilities.setGID : Capabilities.setUID)
    }

    private static func id(_ value: UInt64) throws(Errno) -> UInt32 {
        let id = UInt32(truncatingIfNeeded: value)
        guard id != unchanged else { throw .EINVAL }
        return id
    }

    private static func setUser(_ value: UInt64, _ process: Process) throws(Errno) -> Int64 {
        try setOne(try id(value), groups: false, process)
    }

    private static func setGroup(_ value: UInt64, _ process: Process) throws(Errno) -> Int64 {
        try setOne(try id(value), groups: true, process)
    }

    private static func setOne(_ id: UInt32, groups: Bool, _ process: Process) throws(Errno) -> Int64 {
        var new = ids(process, groups: groups)
        if isFree(process, groups: groups) {
            new = (id, id, id)
        } else {
            guard id == new.real || id == new.saved else { throw .EPERM }
            new.effective = id
        }
        take(new, groups: groups, process)
        return 0
    }

    private static func setRealAndEffective(_ call: CallArguments, groups: Bool, _ process: Process) throws(Errno) -> Int64 {
        let old = ids(process, groups: groups)
        let real = UInt32(truncatingIfNeeded: call.a0)
        let effective = UInt32(truncatingIfNeeded: call.a1)
        let isFree = isFree(process, groups: groups)
        var new = old
        if real != unchanged {
            guard isFree || real == old.real || real == old.effective else { throw .EPERM }
            new.real = real
        }
        if effective != unchanged {
            guard isFree || effective == old.real || effective == old.effective || effective == old.saved else { throw .EPERM }
            new.effective = effective
        }
        if real != unchanged || (effective != unchanged && effective != old.real) { new.saved = new.effective }
        take(new, groups: groups, process)
        return 0
    }

    private static func setAll(_ call: CallArguments, groups: Bool, _ process: Process) throws(Errno) -> Int64 {
        let old = ids(process, groups: groups)
        let wanted = [call.a0, call.a1, call.a2].map { UInt32(truncatingIfNeeded: $0) }
        for id in wanted where id != unchanged && id != old.real && id != old.effective && id != old.saved {
            guard isFree(process, groups: groups) else { throw .EPERM }
        }
        take(
            (
                real: wanted[0] == unchanged ? old.real : wanted[0],
                effective: wanted[1] == unchanged ? old.effective : wanted[1],
                saved: wanted[2] == unchanged ? old.saved : wanted[2]
            ), groups: groups, process)
        return 0
    }

    private static func store(_ ids: [UInt32], _ call: CallArguments) throws(Errno) -> Int64 {
        for (id, address) in zip(ids, [call.a0, call.a1, call.a2]) { try userStore(id, to: address) }
        return 0
    }

    /// The old id, whether or not the new one was taken.
    private static func setFileUser(_ value: UInt64, _ process: Process) -> Int64 {
        let old = process.fsuid
        let id = UInt32(truncatingIfNeeded: value)
        let isOwn = id == process.uid || id == process.euid || id == process.suid || id == old
        if id != unchanged, isOwn || isFree(process, groups: false) { process.fsuid = id }
        return Int64(old)
    }

    private static func setFileGroup(_ value: UInt64, _ process: Process) -> Int64 {
        let old = process.fsgid
        let id = UInt32(truncatingIfNeeded: value)
        let isOwn = id == process.gid || id == process.egid || id == process.sgid || id == old
        if id != unchanged, isOwn || isFree(process, groups: true) { process.fsgid = id }
        return Int64(old)
    }

    private static func groups(_ call: CallArguments, _ process: Process) throws(Errno) -> Int64 {
        let groups = process.groups
        let room = Int32(truncatingIfNeeded: call.a0)
        guard room >= 0 else { throw .EINVAL }
        if room == 0 { return Int64(groups.count) }
        guard Int(room) >= groups.count else { throw .EINVAL }
        for (index, group) in groups.enumerated() { try userStore(group, to: call.a1 &+ UInt64(index * 4)) }
        return Int64(groups.count)
    }

    private static func setGroups(_ call: CallArguments, _ process: Process) throws(Errno) -> Int64 {
        guard isFree(process, groups: true) else { throw .EPERM }
        let count = UInt32(truncatingIfNeeded: call.a0)
        guard count <= 65536 else { throw .EINVAL }
        var groups: [UInt32] = []
        for index in 0..<UInt64(count) { groups.append(try userLoad(call.a1 &+ index * 4, as: UInt32.self)) }
        process.groups = groups.sorted()
        return 0
    }
}
