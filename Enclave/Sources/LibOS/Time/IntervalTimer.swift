/// ITIMER_REAL of a process: when it is due next and every how many nanoseconds.
struct IntervalTimer {
    var due: UInt64?
    var interval: UInt64 = 0
}
