/// sched_setattr and sched_getattr: policy, flags, nice and priority in one structure that grew once.
enum SchedulingRecord {
    private static let firstLength: UInt64 = 48
    private static let length: UInt64 = 56
    private static let resetsOnFork: UInt64 = 1
    private static let keepPolicy: UInt64 = 8
    private static let keepParameters: UInt64 = 16
    private static let known: UInt64 = 0x7f

    static func get(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 != 0, call.a3 == 0, call.a2 >= firstLength, call.a2 <= 4096 else { throw .EINVAL }
        let scheduling = try SchedulingCalls.find(call.a0, thread).scheduling
        let size = min(call.a2, length)
        var out = Bytes(repeating: 0, count: Int(size))
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: UInt32(size), toByteOffset: 0, as: UInt32.self)
            raw.storeBytes(of: scheduling.policy, toByteOffset: 4, as: Int32.self)
            raw.storeBytes(of: scheduling.resetsOnFork ? resetsOnFork : 0, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: scheduling.nice, toByteOffset: 16, as: Int32.self)
            raw.storeBytes(of: scheduling.priority, toByteOffset: 20, as: Int32.self)
        }
        try userStoreBytes(out, to: call.a1)
        return 0
    }

    static func set(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 != 0, Int32(truncatingIfNeeded: call.a0) >= 0, call.a2 == 0 else { throw .EINVAL }
        let bytes = try record(call.a1)
        func word(_ at: Int) -> UInt64 { bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt64.self) } }
        let flags = word(8)
        guard flags & ~known == 0 else { throw .EINVAL }
        let target = try SchedulingCalls.find(call.a0, thread)
        let old = target.scheduling
        let policy = flags & keepPolicy != 0 ? old.policy : Int32(truncatingIfNeeded: word(0) >> 32)
        guard policy >= 0 else { throw .EINVAL }
        if flags & keepParameters != 0 { return try keepingParameters(policy, flags, target, thread) }
        try SchedulingCalls.apply(
            policy: policy, priority: Int32(truncatingIfNeeded: word(16) >> 32), resets: flags & resetsOnFork != 0, target, thread)
        if policy == SchedulingAttributes.other || policy == SchedulingAttributes.batch {
            let nice = min(max(Int32(truncatingIfNeeded: word(16)), -20), 19)
            do throws(Errno) { try PriorityCalls.change(target, to: nice, thread) } catch {
                target.scheduling = old
                throw .EPERM
            }
        }
        return 0
    }

    private static func keepingParameters(
        _ policy: Int32, _ flags: UInt64, _ target: Thread, _ thread: Thread
    ) throws(Errno) -> Int64 {
        let priority = target.scheduling.priority
        try SchedulingCalls.apply(policy: policy, priority: priority, resets: flags & resetsOnFork != 0, target, thread)
        return 0
    }

    /// The structure as long as it says it is; E2BIG, with the length known here stored, where it says more than that.
    private static func record(_ address: UInt64) throws(Errno) -> Bytes {
        var size = UInt64(try userLoad(address, as: UInt32.self))
        if size == 0 { size = firstLength }
        guard size >= firstLength, size <= 4096 else { throw try tooBig(address) }
        let bytes = try userBytes(address, Int(size))
        if bytes.dropFirst(Int(length)).contains(where: { $0 != 0 }) { throw try tooBig(address) }
        return bytes
    }

    private static func tooBig(_ address: UInt64) throws(Errno) -> Errno {
        try userStore(UInt32(length), to: address)
        return .E2BIG
    }
}
