/// What system this is, and numbers nobody can guess.
enum InformationCalls {
    private static let unchanged: UInt32 = 0xffff_ffff
    private static let longestName = 64

    /// The calls that ask about system and process: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 63: return try uname(call.a0)
        case 99: return try UsageCalls.system(call.a0)
        case 97: return try LimitCalls.limit(call.a0, to: call.a1, thread)
        case 160: return try LimitCalls.setLimit(call.a0, from: call.a1, thread)
        case 302: return try LimitCalls.limits(call.a0, call.a1, new: call.a2, old: call.a3, thread)
        case 98: return try UsageCalls.usage(call, thread)
        case 100: return try UsageCalls.times(call.a0, thread)
        case 318: return try random(call)
        case 157: return try ProcessControl.call(call, thread)
        case 135: return personality(call, thread.process)
        // Names of host and domain are the manifest's.
        case 170, 171:
            throw .EPERM
        case 239:
            if call.a0 != 0 { try userStore(UInt32(0), to: call.a0) }
            return 0
        default: return nil
        }
    }

    private static func uname(_ address: UInt64) throws(Errno) -> Int64 {
        var out = Bytes(repeating: 0, count: 390)
        func put(_ text: Bytes, _ index: Int) {
            for (offset, byte) in text.prefix(longestName).enumerated() { out[index * 65 + offset] = byte }
        }
        put(LogText("Linux").bytes, 0)
        put(kernel.hostname, 1)
        put(LogText("6.1.0").bytes, 2)
        put(LogText("#1 SMP Inclavare").bytes, 3)
        put(LogText("x86_64").bytes, 4)
        put(LogText("(none)").bytes, 5)
        try userStoreBytes(out, to: address)
        return 0
    }

    private static func personality(_ call: CallArguments, _ process: Process) -> Int64 {
        let old = process.attributes.personality
        let wanted = UInt32(truncatingIfNeeded: call.a0)
        if wanted != unchanged { process.attributes.personality = wanted }
        return Int64(old)
    }

    private static func random(_ call: CallArguments) throws(Errno) -> Int64 {
        // GRND_NONBLOCK, GRND_RANDOM and GRND_INSECURE; the last two contradict each other.
        guard call.a2 & ~7 == 0, call.a2 & 6 != 6 else { throw .EINVAL }
        let count = Int(min(call.a1, 1 << 20))
        if count == 0 { return 0 }
        var bytes = Bytes(repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { Random.fill($0.baseAddress.unsafelyUnwrapped, count) }
        try userStoreBytes(bytes, to: call.a0)
        return Int64(count)
    }
}
