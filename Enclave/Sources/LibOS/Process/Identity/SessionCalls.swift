/// Process numbers, process groups and sessions.
enum SessionCalls {
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        let process = thread.process
        switch call.number {
        case 39: return Int64(process.id)
        case 186: return Int64(thread.id)
        case 110: return Int64(process.parentID)
        case 109: return try setGroup(call, process)
        case 111: return Int64(process.processGroup)
        case 121: return Int64(try find(call.a0, process).processGroup)
        case 112: return try makeSession(process)
        case 124: return Int64(try find(call.a0, process).session)
        default: return nil
        }
    }

    private static func find(_ number: UInt64, _ process: Process) throws(Errno) -> Process {
        let pid = Int32(truncatingIfNeeded: number)
        if pid == 0 { return process }
        guard let found = kernel.thread(pid)?.process else { throw .ESRCH }
        return found
    }

    private static func setGroup(_ call: CallArguments, _ process: Process) throws(Errno) -> Int64 {
        var wanted = Int32(truncatingIfNeeded: call.a1)
        if wanted == 0 { wanted = Int32(truncatingIfNeeded: call.a0) }
        guard wanted >= 0 else { throw .EINVAL }
        let target = try find(call.a0, process)
        guard target === process || target.parentID == process.id else { throw .ESRCH }
        let group = wanted == 0 ? target.id : wanted
        guard target.session == process.session, target.session != target.id else { throw .EPERM }
        if group != target.id {
            guard kernel.processList.contains(where: { $0.processGroup == group && $0.session == target.session }) else {
                throw .EPERM
            }
        }
        target.processGroup = group
        return 0
    }

    private static func makeSession(_ process: Process) throws(Errno) -> Int64 {
        guard !kernel.processList.contains(where: { $0.processGroup == process.id }) else { throw .EPERM }
        process.session = process.id
        process.processGroup = process.id
        return Int64(process.id)
    }
}
