import CLinux

/// How the kernel schedules a process, as sched_setattr(2) takes it.
package struct Scheduling: Equatable, Sendable {
    /// The policies by their names in OCI configurations, with their numbers (linux/sched.h).
    package static let policies: [(name: String, number: UInt32)] = [
        ("SCHED_OTHER", 0), ("SCHED_FIFO", 1), ("SCHED_RR", 2), ("SCHED_BATCH", 3), ("SCHED_ISO", 4), ("SCHED_IDLE", 5),
        ("SCHED_DEADLINE", 6),
    ]
    package static let flagNames: [(name: String, bit: UInt64)] = [
        ("SCHED_FLAG_RESET_ON_FORK", 0x01), ("SCHED_FLAG_RECLAIM", 0x02), ("SCHED_FLAG_DL_OVERRUN", 0x04),
        ("SCHED_FLAG_KEEP_POLICY", 0x08), ("SCHED_FLAG_KEEP_PARAMS", 0x10), ("SCHED_FLAG_UTIL_CLAMP_MIN", 0x20),
        ("SCHED_FLAG_UTIL_CLAMP_MAX", 0x40),
    ]

    package var policy: UInt32
    package var flags: UInt64 = 0
    package var nice: Int32 = 0
    package var priority: UInt32 = 0
    package var runtime: UInt64 = 0
    package var deadline: UInt64 = 0
    package var period: UInt64 = 0

    package init(policy: UInt32) {
        self.policy = policy
    }

    package func apply() throws(SystemCallError) {
        try SystemCallError.check(
            cl_set_scheduler(policy, flags, nice, priority, runtime, deadline, period), "set the scheduling policy")
    }
}
