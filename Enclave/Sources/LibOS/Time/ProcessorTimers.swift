/// Timers on the CPU clocks of a process and its threads.
///
/// CPU time passes only while threads run, so one timer of real time stands for the nearest of them: it goes off when the time could have
/// been used up at the earliest, and is set anew from what was really used. While nobody runs it rests.
final class ProcessorTimers: KernelTimer {
    private struct Entry {
        let timer: KernelTimer
        let clock: ClockID
        let due: UInt64
    }

    private let process: Unmanaged<Process>
    private var entries: [Entry] = []

    init(_ process: Process) { self.process = Unmanaged.passUnretained(process) }

    /// Arms it anew; `due` is on the timer's own clock.
    func arm(_ timer: KernelTimer, on clock: ClockID, at due: UInt64) {
        entries.removeAll { $0.timer === timer }
        entries.append(Entry(timer: timer, clock: clock, due: due))
        watch()
    }

    func disarm(_ timer: KernelTimer) {
        entries.removeAll { $0.timer === timer }
        if entries.isEmpty { TimerQueue.disarm(self) }
    }

    /// A thread of the process got a vCPU: the time runs, and faster than before.
    func resumed() {
        if !entries.isEmpty { watch() }
    }

    override func expired(_ now: UInt64) {
        for entry in entries {
            let shown = entry.clock.now()
            guard shown >= entry.due else { continue }
            entries.removeAll { $0.timer === entry.timer }
            entry.timer.expired(shown)
        }
        watch()
    }

    private func watch() {
        var running: UInt64 = 0
        for thread in process.takeUnretainedValue().threads where thread.state == .running { running += 1 }
        guard running > 0, !entries.isEmpty else { return TimerQueue.disarm(self) }
        var nearest = UInt64.max
        for entry in entries {
            let shown = entry.clock.now()
            let left = entry.due > shown ? entry.due - shown : 0
            if case .thread(let thread) = entry.clock {
                if thread.state == .running { nearest = min(nearest, left) }
            } else {
                nearest = min(nearest, left / running)
            }
        }
        guard nearest != UInt64.max else { return TimerQueue.disarm(self) }
        Scheduler.arm(self, at: Clock.monotonic() &+ nearest)
    }
}
