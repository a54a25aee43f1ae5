/// Whether there may be something to do that concerns no one thread, before a thread leaves the kernel: wake-ups to send, timers and clocks
/// to look at, shared mappings to bring up to date.
///
/// One byte, which whoever makes such work sets, so that a call without any looks at nothing else. Under the kernel lock.
enum KernelWork {
    nonisolated(unsafe) private(set) static var isDue = true

    @inline(__always) static func note() { isDue = true }

    /// Looks at what there is; with the lock held from here to the program.
    static func settle() { isDue = !Scheduler.hasNothingToSend || SharedFiles.hasChanges || kernel.tracing }
}
