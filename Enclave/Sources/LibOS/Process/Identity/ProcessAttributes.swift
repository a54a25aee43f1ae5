/// What prctl and personality set of a process, for the program to read again.
struct ProcessAttributes {
    var dumpable: UInt64 = 1
    var personality: UInt32 = 0
    var isSubreaper = false
    var hugePagesDisabled = false
    /// The kinds of membarrier it registered for, as the commands that did it.
    var barriers: Int32 = 0
}

/// What prctl sets of one thread.
struct ThreadAttributes {
    /// Signal at the death of the parent.
    var parentDeathSignal: UInt32 = 0
    var noNewPrivileges = false
    /// Nanoseconds timers may be late.
    var timerSlack: UInt64 = 50_000
    static let defaultTimerSlack: UInt64 = 50_000
    /// What ioprio_set said.
    var ioPriority: UInt32 = 0
}
