import CEnclave
import EnclaveRuntime
import Wire

/// Runs runnable threads, first come first served, on whichever vCPU is free.
///
/// All of it under the kernel lock.
enum Scheduler {
    private struct VCPU {
        /// Its pages are there.
        var present = false
        var started = false
        var parked = false
        /// It was asked for and has not come yet.
        var called = false
        /// It is parked and waits for the host's events.
        var watches = false
        /// When it looks at the clock again, while it is parked.
        var parkedUntil = UInt64.max
        /// The thread whose stack this vCPU has just left for good.
        var ended: Thread?
    }

    nonisolated(unsafe) private static var vcpus: [VCPU] = []
    nonisolated(unsafe) private static var runQueue = RunQueue()
    /// vCPUs that shall be woken or started once no lock is in the way.
    nonisolated(unsafe) private static var pendingWakeUps: [UInt32] = []
    nonisolated(unsafe) private(set) static var contextSwitches: UInt64 = 0
    nonisolated(unsafe) private(set) static var threadsStarted: UInt64 = 0
    nonisolated(unsafe) private static var threadsAlive: UInt64 = 0
    nonisolated(unsafe) private(set) static var mostThreads: UInt64 = 0

    /// vCPUs beside as many as the host has processors: a thread that waits in the host keeps its own.
    private static let spareVCPUs = 2
    /// How many are used at most.
    nonisolated(unsafe) private static var usableCount = 0
    /// The host gave no pages for a further vCPU, or made no TCS of one.
    nonisolated(unsafe) private static var growthIsRefused = false
    /// vCPUs that will never come.
    nonisolated(unsafe) private(set) static var refused = CPUSet.none
    /// Whether any thread was let out of the kernel.
    nonisolated(unsafe) private(set) static var hasRunProgram = false

    /// `processors`: how many the host has; 0: it does not say.
    static func initialise(_ layout: LaunchLayout, processors: Int) {
        vcpus = [VCPU](repeating: VCPU(), count: Int(layout.vcpuCount))
        let added = layout.vcpusAdded == 0 ? layout.vcpuCount : layout.vcpusAdded
        for index in vcpus.indices { vcpus[index].present = index < Int(added) }
        usableCount = processors == 0 ? vcpus.count : min(vcpus.count, processors + spareVCPUs)
    }

    static func isPresent(_ index: Int) -> Bool { vcpus[index].present }

    /// Whether a vCPU could run a thread at once, when the host is told.
    private static func isFree(_ index: Int) -> Bool {
        guard index < usableCount, !vcpus[index].called, vcpus[index].parked || !vcpus[index].started else { return false }
        return vcpus[index].present || !growthIsRefused
    }

    private static var current: Int { Int(kernel.vcpuIndex()) }

    // MARK: threads

    static func start(_ thread: Thread) {
        threadsStarted += 1
        threadsAlive += 1
        mostThreads = max(mostThreads, threadsAlive)
        thread.state = .runnable
        enqueue(thread)
    }

    static func wake(_ thread: Thread) {
        guard thread.state == .blocked else { return }
        thread.state = .runnable
        enqueue(thread)
    }

    private static func enqueue(_ thread: Thread) {
        runQueue.append(thread)
        KernelWork.note()
        // Asks for a further vCPU where this one will not take the thread at once.
        let taken = vcpu_current().pointee.current_thread == 0 ? 1 : 0
        if runQueue.count > taken + underWay || !mayRun(thread, on: current) { requestVCPU(allowed: usable(thread)) }
    }

    @discardableResult
    private static func requestVCPU(allowed: CPUSet = .all) -> Bool {
        guard let index = idleVCPU(allowed) else { return false }
        vcpus[index].called = true
        pendingWakeUps.append(UInt32(index))
        KernelWork.note()
        return true
    }

    /// The one that is had at the least cost: one that sleeps, else one that never ran, last the one that waits for the host's events, in
    /// which another would have to follow it.
    private static func idleVCPU(_ allowed: CPUSet) -> Int? {
        var fresh: Int?
        var watcher: Int?
        for index in vcpus.indices where index != current && isFree(index) {
            guard allowed.contains(index) else { continue }
            if !vcpus[index].started {
                fresh = fresh ?? index
            } else if vcpus[index].watches {
                watcher = index
            } else {
                return index
            }
        }
        return fresh ?? watcher
    }

    /// vCPUs that will look at the run queue and the clock when they come.
    private static var underWay: Int {
        var count = 0
        for vcpu in vcpus where vcpu.called { count += 1 }
        return count
    }

    /// Calls vCPUs for what nobody sees to: one that was called for a thread may have taken another, or stopped watching the clock for it.
    fileprivate static func callMissing() {
        if !runQueue.hasRestricted {
            while runQueue.count > underWay, requestVCPU() {}
        }
        if underWay == 0, let due = TimerQueue.nearest, !clockIsWatched(due) { requestVCPU() }
    }

    static var hasRunnable: Bool { !runQueue.isEmpty }

    /// Leaves the current thread's stack; comes back when somebody made it runnable and a vCPU took it.
    static func leave(_ thread: Thread) {
        let block = vcpu_current()
        contextSwitches += 1
        if thread.owesBarrier { thread.passBarrier() }
        extended_state_save(thread.extendedState)
        thread.fsBase = fs_base_read()
        thread.ranBefore += Clock.monotonic() &- thread.runningSince
        guard thread.stackIsIntact else { enclave_panic(PanicCode.internalError.rawValue) }
        block.pointee.current_thread = 0
        context_switch(thread.context, block.pointee.idle_context)
        // On some vCPU again: `run` set it up for this thread.
    }

    /// Lets another runnable thread go first.
    static func yield() {
        guard runQueue.hasThread(for: current) else { return }
        let thread = currentThread
        thread.state = .runnable
        runQueue.append(thread)
        KernelWork.note()
        leave(thread)
    }

    /// A thread's vCPUs were chosen anew: it goes on where it may.
    static func moveToAllowed(_ thread: Thread) {
        guard !mayRun(thread, on: current) else { return }
        thread.state = .runnable
        enqueue(thread)
        leave(thread)
    }

    /// The current thread's last act.
    static func end(_ thread: Thread) -> Never {
        thread.state = .ended
        if thread.owesBarrier { thread.passBarrier() }
        threadsAlive -= 1
        vcpus[current].ended = thread
        let block = vcpu_current()
        block.pointee.current_thread = 0
        context_switch(thread.context, block.pointee.idle_context)
        enclave_panic(PanicCode.internalError.rawValue)
    }

    // MARK: timers

    /// Arms a timer for a thread that goes on: somebody else has to watch the clock.
    static func arm(_ timer: KernelTimer, at due: UInt64) {
        TimerQueue.arm(timer, at: due)
        watchClock(due)
    }

    /// Arms the time limit of the current thread's wait: this vCPU watches the clock when it goes idle, another one when it goes on with
    /// other threads.
    static func limitWait(of thread: Thread, until deadline: UInt64) {
        TimerQueue.arm(thread.waitTimer, at: deadline)
        if hasRunnable { watchClock(deadline) }
    }

    /// Sees to it that a parked vCPU looks at the clock in time; where none is parked the host is asked for an interruption.
    private static func watchClock(_ due: UInt64) {
        if !clockIsWatched(due) { requestVCPU() }
    }

    private static func clockIsWatched(_ due: UInt64) -> Bool {
        for vcpu in vcpus where vcpu.parked && !vcpu.called && vcpu.parkedUntil <= due { return true }
        return false
    }

    // MARK: interruptions

    /// Threads of the process that are in program code on another vCPU, or on their way into or out of the kernel.
    static func computing(of process: Process) -> [Thread] {
        var found: [Thread] = []
        for index in vcpus.indices where index != current && vcpus[index].present && vcpus[index].started {
            let block = kernel.vcpuBlock(index)
            guard block.pointee.state == UInt64(VCPU_RUNNING.rawValue), let thread = Thread.on(block) else { continue }
            if thread.process === process { found.append(thread) }
        }
        return found
    }

    /// How long a thread may compute while another waits for a vCPU.
    static let quantum: UInt64 = 10_000_000
    nonisolated(unsafe) private static var interruptionDue: UInt64 = 0
    nonisolated(unsafe) private static var interruptsNow = false
    /// Until when an interruption at once may still have to be made again, having found kernel code.
    nonisolated(unsafe) private static var repeatUntil: UInt64 = 0

    /// A thread that computes on another vCPU has something to look at: a signal, the end of its process.
    static func interruptRunning() {
        interruptsNow = true
        KernelWork.note()
    }

    /// A thread has computed for a while and nobody watches the host's sockets: a vCPU that is idle takes that over.
    static func relieveWatch() {
        guard HostEvents.areMissed else { return }
        HostEvents.look(olderThan: quantum / 2)
        if !hasRunnable { requestVCPU() }
    }

    /// The commonest case by far at the end of a call, told quickly.
    static var hasNothingToSend: Bool {
        pendingWakeUps.isEmpty && !interruptsNow && runQueue.isEmpty && TimerQueue.isEmpty && !HostEvents.areMissed
    }

    /// In how many nanoseconds the vCPUs are to be interrupted, where nobody would look at the run queue or the clock otherwise; `nil` when
    /// that is not needed or was asked for already.
    fileprivate static func takeInterruption() -> UInt64? {
        if interruptsNow {
            interruptsNow = false
            // This takes the place of one that was asked for before.
            interruptionDue = 0
            repeatUntil = Clock.monotonic() &+ 10 * quantum
            return 0
        }
        let missesEvents = HostEvents.areMissed
        guard hasRunnable || !TimerQueue.isEmpty || missesEvents else { return nil }
        if !runQueue.hasRestricted && !missesEvents && isServed { return nil }
        let now = Clock.monotonic()
        var due = hasRunnable || missesEvents ? now &+ quantum : UInt64.max
        if let nearest = TimerQueue.nearest { due = min(due, max(nearest, now)) }
        if now < repeatUntil { due = min(due, now &+ quantum) }
        // One that was asked for and is not due yet comes early enough; one that has passed may have found kernel code and be lost.
        guard due != .max, interruptionDue <= now || interruptionDue > due else { return nil }
        interruptionDue = due
        return due - now
    }

    /// Every runnable thread and the clock have a vCPU that will see to them.
    private static var isServed: Bool {
        let coming = underWay
        guard runQueue.count <= coming else { return false }
        guard coming == 0, let nearest = TimerQueue.nearest else { return true }
        return clockIsWatched(nearest)
    }

    // MARK: vCPUs

    /// What a vCPU does from its entry on: returns when the program has ended.
    static func run() {
        let index = current
        vcpus[index].present = true
        vcpus[index].started = true
        vcpus[index].called = false
        while true {
            HostSignals.look(idle: true)
            GatheredSends.sendDue()
            let nearest = TimerQueue.expire()
            if kernel.finished { return }
            if let thread = runQueue.take(for: index) {
                switchTo(thread, index)
                continue
            }
            park(index, until: GatheredSends.nearest(before: nearest))
        }
    }

    private static func switchTo(_ thread: Thread, _ index: Int) {
        let block = vcpu_current()
        hasRunProgram = true
        thread.state = .running
        thread.runningSince = Clock.monotonic()
        thread.process.processorTimers?.resumed()
        block.pointee.kernel_stack = thread.stackTop
        block.pointee.current_thread = UInt64(UInt(bitPattern: Unmanaged.passUnretained(thread).toOpaque()))
        fs_base_write(thread.fsBase)
        extended_state_restore(thread.extendedState)
        context_switch(&block.pointee.idle_context, thread.context.pointee)
        // Nothing of an ended thread is used any more: its stack can go.
        vcpus[index].ended?.reclaim()
        vcpus[index].ended = nil
    }

    private static func park(_ index: Int, until deadline: UInt64?) {
        var nanoseconds = UInt64.max
        if let deadline {
            let now = Clock.monotonic()
            nanoseconds = deadline > now ? deadline - now : 0
        }
        vcpus[index].parked = true
        vcpus[index].parkedUntil = deadline ?? UInt64.max
        sendPendingWakeUps(idle: true)
        // Who was called meanwhile may have used the wake-up up in a wait for the lock or for a slot: it would sleep for ever, and everybody
        // would count on it.
        if vcpus[index].called || runQueue.hasThread(for: index) || nanoseconds == 0 {
            unpark(index)
            return
        }
        if HostEvents.areNeeded && !HostEvents.isWatched {
            vcpus[index].watches = true
            HostEvents.watch(nanoseconds)
            vcpus[index].watches = false
        } else {
            KernelLock.release()
            _ = HostCallArea().call(.park, nanoseconds, idle: true)
            KernelLock.acquire()
        }
        unpark(index)
    }

    private static func unpark(_ index: Int) {
        vcpus[index].parked = false
        vcpus[index].called = false
    }

    /// Takes the wake-ups that are due, so that they can be sent without the lock.
    fileprivate static func takePendingWakeUps() -> [UInt32] {
        guard !pendingWakeUps.isEmpty else { return [] }
        let pending = pendingWakeUps
        pendingWakeUps.removeAll(keepingCapacity: true)
        return pending
    }

    /// Wakes a vCPU, or has it started, and made before where it is not there; another is asked for where that fails.
    ///
    /// Gives the lock up meanwhile. One that could not be made or started once is never tried again: its pages may be half made, and the
    /// host may have entered it all the same.
    fileprivate static func call(_ number: UInt32, idle: Bool) {
        let index = Int(number)
        let vcpu = vcpus[index]
        // Somebody else makes it.
        if !vcpu.present && vcpu.started { return }
        var comes = false
        if vcpu.present || !growthIsRefused {
            vcpus[index].started = true
            KernelLock.release()
            let isThere = vcpu.present || VCPUGrowth.add(index)
            if isThere {
                let result = HostCallArea().call(vcpu.started ? .wakeVCPU : .startVCPU, UInt64(number), idle: idle)
                comes = vcpu.started || result >= 0
            }
            KernelLock.acquire()
            if isThere { vcpus[index].present = true } else { noteRefusal() }
        }
        guard !comes else { return }
        vcpus[index].called = false
        refused.insert(index)
        requestVCPU()
    }

    private static func noteRefusal() {
        guard !growthIsRefused else { return }
        growthIsRefused = true
        for index in vcpus.indices where !vcpus[index].present { refused.insert(index) }
        Host.log(.warning, LogText("the host gave no pages for a further vCPU: threads share those there are").bytes)
    }
}

/// Tells the host which vCPUs have work now.
///
/// The lock is given up for each call.
func sendPendingWakeUps(idle: Bool = false) {
    if kernel.tracing { TraceBuffer.send(idle: idle) }
    if Scheduler.hasNothingToSend { return }
    Scheduler.callMissing()
    while true {
        let pending = Scheduler.takePendingWakeUps()
        if pending.isEmpty { break }
        for index in pending { Scheduler.call(index, idle: idle) }
    }
    if let delay = Scheduler.takeInterruption() {
        KernelLock.release()
        _ = HostCallArea().call(.interrupt, delay, idle: idle)
        KernelLock.acquire()
    }
}

/// The first thing a thread does on its kernel stack: the lock is held by the vCPU that switched to it.
@_cdecl("kernel_thread_start") func kernelThreadStart() {
    let thread = currentThread
    if let work = thread.work { work() }
    // The frame is not on this stack, which is empty from here on.
    withUnsafeMutablePointer(to: &thread.startFrame) { frame in
        finishEntry(thread, frame)
        KernelLock.release()
        return_to_user(frame)
    }
}

/// What is due before a thread goes back to its program besides its signals: wake-ups, the end of the process.
func leaveKernel(_ thread: Thread) {
    HostSignals.look()
    sendPendingWakeUps()
    if Clock.isDue { Clock.readAgain() }
    if thread.isToEnd { endCurrentThread(thread) }
}
