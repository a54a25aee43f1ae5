/// Which vCPUs a thread runs on, whatever the host makes of them.
extension Scheduler {
    /// Those a thread was given; all where the host refused every one of them, since it would never run again.
    static func usable(_ thread: Thread) -> CPUSet {
        let allowed = thread.scheduling.allowed
        guard !refused.isEmpty else { return allowed }
        return allowed.intersection(.first(kernel.cpuCount)).subtracting(refused).isEmpty ? .all : allowed
    }

    static func mayRun(_ thread: Thread, on index: Int) -> Bool {
        thread.scheduling.allowed.contains(index) || usable(thread).contains(index)
    }
}
