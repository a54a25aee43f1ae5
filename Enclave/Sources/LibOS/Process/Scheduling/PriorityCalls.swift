/// getpriority, setpriority, ioprio_get and ioprio_set.
enum PriorityCalls {
    private static let ioProcess: UInt64 = 1
    private static let ioGroup: UInt64 = 2
    private static let ioUser: UInt64 = 3

    /// The threads that `which` and `who` name: a thread, a process group, or a user's.
    private static func threads(_ which: UInt64, _ who: UInt64, _ thread: Thread) throws(Errno) -> [Thread] {
        let number = Int32(truncatingIfNeeded: who)
        var found: [Thread] = []
        switch Int32(truncatingIfNeeded: which) {
        case 0: if let one = number == 0 ? thread : kernel.thread(number) { found = [one] }
        case 1:
            let group = number == 0 ? thread.process.processGroup : number
            for process in kernel.processList where process.processGroup == group { found += process.threads }
        case 2:
            let user = number == 0 ? thread.process.uid : UInt32(bitPattern: number)
            for process in kernel.processList where process.uid == user { found += process.threads }
        default: throw .EINVAL
        }
        guard !found.isEmpty else { throw .ESRCH }
        return found
    }

    /// 20 minus the nice value, so that no answer looks like an error.
    static func get(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        var best: Int64 = 0
        for found in try threads(call.a0, call.a1, thread) { best = max(best, Int64(20 - found.scheduling.nice)) }
        return best
    }

    static func set(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let nice = min(max(Int32(truncatingIfNeeded: call.a2), -20), 19)
        for found in try threads(call.a0, call.a1, thread) {
            try change(found, to: nice, thread)
        }
        return 0
    }

    static func change(_ target: Thread, to nice: Int32, _ caller: Thread) throws(Errno) {
        if nice < target.scheduling.nice, !caller.process.capabilities.has(Capabilities.nice) {
            // The limit counts from 1 for nice 19 to 40 for nice -20.
            guard UInt64(20 - nice) <= caller.process.limits[ResourceLimits.nice].soft else { throw .EACCES }
        }
        target.scheduling.nice = nice
    }

    /// ioprio_set: class in the upper bits, level in the lower; nothing is scheduled by it.
    static func setIO(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let value = UInt32(truncatingIfNeeded: call.a2)
        switch value >> 13 {
        // None, with no level.
        case 0: guard value & 0x1fff == 0 else { throw .EINVAL }
        case 1: guard thread.process.capabilities.has(Capabilities.nice) else { throw .EPERM }
        case 2, 3: break
        default: throw .EINVAL
        }
        guard call.a0 >= ioProcess, call.a0 <= ioUser else { throw .EINVAL }
        for found in try threads(call.a0 - 1, call.a1, thread) { found.attributes.ioPriority = value }
        return 0
    }

    static func getIO(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 >= ioProcess, call.a0 <= ioUser else { throw .EINVAL }
        let found = try threads(call.a0 - 1, call.a1, thread)
        return Int64(found.map { $0.attributes.ioPriority }.max() ?? 0)
    }
}
