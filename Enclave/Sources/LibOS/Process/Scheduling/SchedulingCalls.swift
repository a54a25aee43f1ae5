/// sched_*, priorities and the questions about vCPUs.
enum SchedulingCalls {
    private static let resetOnFork: Int32 = 0x4000_0000
    private static let roundRobinInterval: UInt64 = 100_000_000

    /// The calls on scheduling: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 24:
            Scheduler.yield()
            return 0
        case 203: return try AffinityCalls.set(call, thread)
        case 204: return try AffinityCalls.get(call, thread)
        case 309: return try AffinityCalls.current(call)
        case 140: return try PriorityCalls.get(call, thread)
        case 141: return try PriorityCalls.set(call, thread)
        case 251: return try PriorityCalls.setIO(call, thread)
        case 252: return try PriorityCalls.getIO(call, thread)
        case 142: return try setParameters(call, thread)
        case 143:
            guard call.a1 != 0 else { throw .EINVAL }
            try userStore(try find(call.a0, thread).scheduling.priority, to: call.a1)
            return 0
        case 144: return try setScheduler(call, thread)
        case 145:
            let scheduling = try find(call.a0, thread).scheduling
            return Int64(scheduling.policy | (scheduling.resetsOnFork ? resetOnFork : 0))
        case 146: return try priorityLimit(call.a0, realtime: 99)
        case 147: return try priorityLimit(call.a0, realtime: 1)
        case 148: return try interval(call, thread)
        case 314: return try SchedulingRecord.set(call, thread)
        case 315: return try SchedulingRecord.get(call, thread)
        default: return nil
        }
    }

    static func find(_ number: UInt64, _ thread: Thread) throws(Errno) -> Thread {
        let id = Int32(truncatingIfNeeded: number)
        guard id >= 0 else { throw .EINVAL }
        if id == 0 { return thread }
        guard let found = kernel.thread(id) else { throw .ESRCH }
        return found
    }

    private static func priorityLimit(_ policy: UInt64, realtime: Int64) throws(Errno) -> Int64 {
        let policy = Int32(truncatingIfNeeded: policy)
        if SchedulingAttributes.isRealtime(policy) { return realtime }
        guard SchedulingAttributes.isKnown(policy) || policy == SchedulingAttributes.deadline else { throw .EINVAL }
        return 0
    }

    private static func setParameters(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 != 0, Int32(truncatingIfNeeded: call.a0) >= 0 else { throw .EINVAL }
        let priority = try userLoad(call.a1, as: Int32.self)
        let target = try find(call.a0, thread)
        try apply(policy: target.scheduling.policy, priority: priority, resets: target.scheduling.resetsOnFork, target, thread)
        return 0
    }

    private static func setScheduler(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let word = Int32(truncatingIfNeeded: call.a1)
        guard word >= 0, call.a2 != 0, Int32(truncatingIfNeeded: call.a0) >= 0 else { throw .EINVAL }
        let priority = try userLoad(call.a2, as: Int32.self)
        let target = try find(call.a0, thread)
        try apply(
            policy: word & ~resetOnFork, priority: priority, resets: word & resetOnFork != 0, target, thread)
        return 0
    }

    static func apply(
        policy: Int32, priority: Int32, resets: Bool, _ target: Thread, _ caller: Thread
    ) throws(Errno) {
        guard SchedulingAttributes.isKnown(policy) else { throw .EINVAL }
        let isRealtime = SchedulingAttributes.isRealtime(policy)
        guard isRealtime ? (1...99).contains(priority) : priority == 0 else { throw .EINVAL }
        if !caller.process.capabilities.has(Capabilities.nice) {
            let limit = caller.process.limits[ResourceLimits.realtimePriority].soft
            if isRealtime, UInt64(priority) > max(limit, UInt64(target.scheduling.priority)) { throw .EPERM }
            if target.scheduling.resetsOnFork, !resets { throw .EPERM }
        }
        target.scheduling.policy = policy
        target.scheduling.priority = priority
        target.scheduling.resetsOnFork = resets
    }

    private static func interval(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let target = try find(call.a0, thread)
        switch target.scheduling.policy {
        case SchedulingAttributes.fifo: try TimeSpec.store(0, to: call.a1)
        case SchedulingAttributes.roundRobin: try TimeSpec.store(roundRobinInterval, to: call.a1)
        default: try TimeSpec.store(Scheduler.quantum, to: call.a1)
        }
        return 0
    }
}
