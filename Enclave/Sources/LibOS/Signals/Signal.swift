/// Signal numbers, and the sets of them that Linux treats alike.
enum Signal {
    static let interrupt: Int32 = 2
    static let illegal: Int32 = 4
    static let trap: Int32 = 5
    static let bus: Int32 = 7
    static let floatingPoint: Int32 = 8
    static let kill: Int32 = 9
    static let segmentation: Int32 = 11
    static let pipe: Int32 = 13
    static let alarm: Int32 = 14
    static let continuation: Int32 = 18
    static let stop: Int32 = 19
    static let urgent: Int32 = 23
    static let processorTime: Int32 = 24
    static let virtualAlarm: Int32 = 26
    static let profiling: Int32 = 27
    /// From here on signals queue: the kernel's SIGRTMIN, of which C libraries keep the first few.
    static let firstQueued: Int32 = 32
    static let last: Int32 = 64

    static func bit(_ signal: Int32) -> UInt64 { signal >= 1 && signal <= last ? 1 << UInt64(signal - 1) : 0 }

    /// SIGKILL and SIGSTOP: never blocked, never caught.
    static let unblockable: UInt64 = 1 << 8 | 1 << 18
    /// What an instruction itself causes; taken before all others: ILL, TRAP, BUS, FPE, SEGV, SYS.
    static let synchronous: UInt64 = 1 << 3 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 30
    /// Nothing happens by default: CHLD, CONT, URG, WINCH.
    static let ignoredByDefault: UInt64 = 1 << 16 | 1 << 17 | 1 << 22 | 1 << 27
    /// STOP, TSTP, TTIN, TTOU.
    static let stopping: UInt64 = 1 << 18 | 1 << 19 | 1 << 20 | 1 << 21

    /// The signal of a set that Linux delivers first.
    static func first(of set: UInt64) -> Int32? {
        guard set != 0 else { return nil }
        let urgent = set & synchronous
        return Int32((urgent != 0 ? urgent : set).trailingZeroBitCount) + 1
    }
}
