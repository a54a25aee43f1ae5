/// Calls that would set the clock: nobody inside may, since nobody inside knows the time better.
enum ClockAdjustment {
    /// `struct timex`.
    private static let recordLength = 208
    private static let unsynchronised: UInt32 = 0x40
    /// TIME_ERROR: nobody keeps the clock.
    private static let stateUnsynchronised: Int64 = 5

    static func adjust(clock: UInt64, _ address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        guard case .realtime = try ClockID(clock, thread) else { throw .EOPNOTSUPP }
        return try adjust(address)
    }

    /// Tells how the clock is kept; EPERM for every wish.
    static func adjust(_ address: UInt64) throws(Errno) -> Int64 {
        guard try userLoad(address, as: UInt32.self) == 0 else { throw .EPERM }
        var record = Bytes(repeating: 0, count: recordLength)
        let now = Clock.realtime()
        record.withUnsafeMutableBytes { raw in
            func put(_ value: UInt64, _ offset: Int) { raw.storeBytes(of: value, toByteOffset: offset, as: UInt64.self) }
            // Largest and estimated error in microseconds: 16 s, as Linux begins with.
            put(16_000_000, 24)
            put(16_000_000, 32)
            raw.storeBytes(of: unsynchronised, toByteOffset: 40, as: UInt32.self)
            // Time constant, precision, tolerance, the time, microseconds a tick.
            put(7, 48)
            put(1, 56)
            put(32_768_000, 64)
            put(now / 1_000_000_000, 72)
            put(now % 1_000_000_000 / 1000, 80)
            put(10_000, 88)
        }
        try userStoreBytes(record, to: address)
        return stateUnsynchronised
    }

    static func setTimeOfDay(_ call: CallArguments) throws(Errno) -> Int64 {
        if call.a0 != 0 {
            _ = try userLoad(call.a0, as: UInt64.self)
            guard try userLoad(call.a0 &+ 8, as: UInt64.self) <= 1_000_000 else { throw .EINVAL }
        }
        throw .EPERM
    }

    static func setTime(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        switch try ClockID(call.a0, thread) {
        case .realtime: break
        case .process, .thread: throw .EPERM
        default: throw .EINVAL
        }
        _ = try TimeSpec.load(call.a1)
        throw .EPERM
    }
}
