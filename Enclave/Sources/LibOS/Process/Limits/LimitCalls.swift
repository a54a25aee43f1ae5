/// getrlimit, setrlimit and prlimit64.
enum LimitCalls {
    static func limits(
        _ pid: UInt64, _ resource: UInt64, new: UInt64, old: UInt64, _ thread: Thread
    ) throws(Errno) -> Int64 {
        let index = Int(UInt32(truncatingIfNeeded: resource))
        guard index < ResourceLimits.count else { throw .EINVAL }
        var wanted: ResourceLimits.Limit?
        if new != 0 {
            wanted = ResourceLimits.Limit(
                soft: try userLoad(new, as: UInt64.self), hard: try userLoad(new &+ 8, as: UInt64.self))
        }
        let number = Int32(truncatingIfNeeded: pid)
        guard let process = number == 0 ? thread.process : kernel.thread(number)?.process else { throw .ESRCH }
        let current = process.limits[index]
        if let wanted {
            guard wanted.soft <= wanted.hard else { throw .EINVAL }
            if index == ResourceLimits.files, wanted.hard > ResourceLimits.mostFiles { throw .EPERM }
            guard wanted.hard <= current.hard || thread.process.capabilities.has(Capabilities.resource) else { throw .EPERM }
            process.limits[index] = wanted
            if index == ResourceLimits.processorTime { process.processorLimit.changed() }
        }
        if old != 0 {
            try userStore(current.soft, to: old)
            try userStore(current.hard, to: old &+ 8)
        }
        return 0
    }
}
