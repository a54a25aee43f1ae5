import Wire

/// What each system call cost so far; under the kernel lock, and only in profiled runs.
enum CallProfile {
    /// Above the last number Linux has; calls beyond count as this one.
    private static let beyond = 511
    nonisolated(unsafe) private static var rows: [CallStatistics] = []

    static func add(_ number: UInt64, failed: Bool, nanoseconds: UInt64, waited: UInt64, hostCalls: HostCallCount) {
        if rows.isEmpty { rows = [CallStatistics](repeating: CallStatistics(), count: beyond + 1) }
        let index = Int(min(number, UInt64(beyond)))
        rows[index].number = UInt16(index)
        rows[index].count += 1
        if failed { rows[index].errors += 1 }
        rows[index].nanoseconds &+= nanoseconds
        rows[index].waited &+= waited
        rows[index].hostCalls &+= hostCalls.exits
        rows[index].exitlessCalls &+= hostCalls.exitless
    }

    /// The calls that were made, by number.
    static var made: [CallStatistics] { rows.filter { $0.count > 0 } }
}
