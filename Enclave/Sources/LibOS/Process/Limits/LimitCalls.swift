/// getrlimit, setrlimit and prlimit64.
enum LimitCalls {
    /// getrlimit.
    static func limit(_ resource: UInt64, to address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        let found = thread.process.limits[try index(resource)]
        try store(found, to: address)
        return 0
    }

    /// setrlimit.
    static func setLimit(_ resource: UInt64, from address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        try set(try load(address), try index(resource), of: thread.process, thread)
        return 0
    }

    private static func index(_ resource: UInt64) throws(Errno) -> Int {
        let index = Int(UInt32(truncatingIfNeeded: resource))
        guard index < ResourceLimits.count else { throw .EINVAL }
        return index
    }

    private static func load(_ address: UInt64) throws(Errno) -> ResourceLimits.Limit {
        ResourceLimits.Limit(soft: try userLoad(address, as: UInt64.self), hard: try userLoad(address &+ 8, as: UInt64.self))
    }

    private static func store(_ limit: ResourceLimits.Limit, to address: UInt64) throws(Errno) {
        try userStore(limit.soft, to: address)
        try userStore(limit.hard, to: address &+ 8)
    }

    /// prlimit64.
    static func limits(
        _ pid: UInt64, _ resource: UInt64, new: UInt64, old: UInt64, _ thread: Thread
    ) throws(Errno) -> Int64 {
        let wanted = new == 0 ? nil : try load(new)
        let number = Int32(truncatingIfNeeded: pid)
        guard let process = number == 0 ? thread.process : kernel.thread(number)?.process else { throw .ESRCH }
        let index = try index(resource)
        let current = process.limits[index]
        if let wanted { try set(wanted, index, of: process, thread) }
        if old != 0 { try store(current, to: old) }
        return 0
    }

    private static func set(
        _ wanted: ResourceLimits.Limit, _ index: Int, of process: Process, _ thread: Thread
    ) throws(Errno) {
        guard wanted.soft <= wanted.hard else { throw .EINVAL }
        if index == ResourceLimits.files, wanted.hard > ResourceLimits.mostFiles { throw .EPERM }
        let raises = wanted.hard > process.limits[index].hard
        guard !raises || thread.process.capabilities.has(Capabilities.resource) else { throw .EPERM }
        process.limits[index] = wanted
        if index == ResourceLimits.processorTime { process.processorLimit.changed() }
    }
}
