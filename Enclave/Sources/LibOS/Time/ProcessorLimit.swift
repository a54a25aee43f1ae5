/// RLIMIT_CPU: SIGXCPU at the soft limit and every second from there, SIGKILL at the hard one.
final class ProcessorLimit: KernelTimer {
    private static let second: UInt64 = 1_000_000_000
    private let process: Unmanaged<Process>
    private var next: UInt64 = 0

    init(_ process: Process) { self.process = Unmanaged.passUnretained(process) }

    /// The limit was set, in seconds.
    func changed() {
        let owner = process.takeUnretainedValue()
        let limit = owner.limits[ResourceLimits.processorTime]
        guard limit.soft < UInt64.max / Self.second else {
            owner.processorTimers?.disarm(self)
            return
        }
        next = max(limit.soft, 1) * Self.second
        owner.processorClocks.arm(self, on: .process(owner), at: next)
    }

    override func expired(_ now: UInt64) {
        let owner = process.takeUnretainedValue()
        let hard = owner.limits[ResourceLimits.processorTime].hard
        if hard < UInt64.max / Self.second, now >= hard * Self.second {
            owner.raise(SignalInformation(signal: Signal.kill, code: SignalInformation.kernel))
            return
        }
        next += Self.second
        owner.processorClocks.arm(self, on: .process(owner), at: next)
        owner.raise(SignalInformation(signal: Signal.processorTime, code: SignalInformation.kernel))
    }
}
