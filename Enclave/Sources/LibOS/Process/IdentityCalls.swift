/// Identifiers, users, groups, sessions and capabilities: bookkeeping, since one enclave has one tenant.
enum IdentityCalls {
    /// The calls on who a process is: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        let process = thread.process
        switch call.number {
        case 39: return Int64(process.id)
        case 186: return Int64(thread.id)
        case 110: return Int64(process.parentID)
        case 102: return Int64(process.uid)
        case 104: return Int64(process.gid)
        case 107: return Int64(process.euid)
        case 108: return Int64(process.egid)
        case 105:
            return try InformationCalls.setIdentity(
                [call.a0, call.a0, process.euid == 0 ? call.a0 : UInt64.max], groups: false, thread)
        case 106:
            return try InformationCalls.setIdentity(
                [call.a0, call.a0, process.euid == 0 ? call.a0 : UInt64.max], groups: true, thread)
        case 113: return try InformationCalls.setIdentity([call.a0, call.a1], groups: false, thread)
        case 114: return try InformationCalls.setIdentity([call.a0, call.a1], groups: true, thread)
        case 115: return try InformationCalls.groups(call, thread)
        case 116: return try InformationCalls.setGroups(call, thread)
        case 117: return try InformationCalls.setIdentity([call.a0, call.a1, call.a2], groups: false, thread)
        case 119: return try InformationCalls.setIdentity([call.a0, call.a1, call.a2], groups: true, thread)
        case 118, 120:
            let ids = call.number == 118 ? [process.uid, process.euid, process.suid] : [process.gid, process.egid, process.sgid]
            for (id, address) in zip(ids, [call.a0, call.a1, call.a2]) { try userStore(id, to: address) }
            return 0
        case 109: return 0
        case 111, 121: return Int64(process.processGroup)
        case 112: throw .EPERM
        case 124: return Int64(process.session)
        case 125: return try InformationCalls.capabilities(call, thread)
        case 126: return 0
        default: return nil
        }
    }
}
