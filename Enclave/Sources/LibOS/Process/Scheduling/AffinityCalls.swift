/// Which vCPUs a thread may run on, and on which one it does.
enum AffinityCalls {
    static func set(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        // What the caller's set has beyond ours is cut off, what it lacks is empty.
        let count = Int(min(call.a1, UInt64(CPUSet.capacity / 8)))
        let bytes = try userBytes(call.a2, count)
        let target = try find(call.a0, thread)
        var wanted = CPUSet.none
        for cpu in 0..<count * 8 where bytes[cpu >> 3] >> UInt8(cpu & 7) & 1 != 0 { wanted.insert(cpu) }
        let allowed = wanted.intersection(.first(kernel.cpuCount))
        guard !allowed.isEmpty else { throw .EINVAL }
        target.scheduling.allowed = allowed
        if target === thread { Scheduler.moveToAllowed(thread) }
        return 0
    }

    /// The length of the set that was stored, as the call itself says it; glibc makes 0 of it.
    static func get(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        // The length has 32 bits, as Linux takes it.
        let length = Int(UInt32(truncatingIfNeeded: call.a1))
        guard length & 7 == 0, length * 8 >= kernel.cpuCount else { throw .EINVAL }
        let allowed = try find(call.a0, thread).scheduling.allowed.intersection(.first(kernel.cpuCount))
        let words = min(length / 8, (kernel.cpuCount + 63) / 64)
        for word in 0..<words { try userStore(allowed[word], to: call.a2 &+ UInt64(word) * 8) }
        return Int64(words * 8)
    }

    /// A negative number is nobody's here, where the other calls of scheduling find it wrong.
    private static func find(_ number: UInt64, _ thread: Thread) throws(Errno) -> Thread {
        guard Int32(truncatingIfNeeded: number) >= 0 else { throw .ESRCH }
        return try SchedulingCalls.find(number, thread)
    }

    static func current(_ call: CallArguments) throws(Errno) -> Int64 {
        if call.a0 != 0 { try userStore(kernel.vcpuIndex(), to: call.a0) }
        if call.a1 != 0 { try userStore(UInt32(0), to: call.a1) }
        return 0
    }
}
