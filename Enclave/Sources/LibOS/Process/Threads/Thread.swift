import CEnclave

/// One thread of a program: its kernel stack and saved registers are its own; which vCPU runs it changes.
final class Thread {
    static let kernelStackSize = 32768
    private static let canary: UInt64 = 0x5ca1_ab1e_0ddb_a11d

    /// Changes once, when it becomes its process' first thread.
    var id: Int32
    let process: Process
    let kernelStack: UnsafeMutableRawPointer
    /// RSP of the saved kernel context while it does not run: a word at the foot of the stack, since the switch writes it behind Swift's back.
    let context: UnsafeMutablePointer<UInt64>
    /// Its XSAVE image while it does not run.
    let extendedState: UnsafeMutableRawPointer
    var fsBase: UInt64 = 0
    /// Where its first switch leaves for user mode.
    var startFrame = trap_frame()

    /// Of a thread of the kernel's own: what it does instead of entering a program, for ever.
    var work: (() -> Never)?

    var state: State = .runnable
    var waitQueues: [WaitQueue] = []
    /// Counts blocks, so that a late timer or waker of an earlier one is told apart.
    var waitSerial: UInt64 = 0
    /// The time limit of its wait, while it has one.
    private(set) lazy var waitTimer = WaitTimer(self)
    /// Page faults in a row at pages that are committed and cannot be read.
    var takenFaults = 0
    var timedOut = false
    /// It computes, and somebody waits for it to pass through the kernel.
    var owesBarrier = false

    /// Nanoseconds it ran, up to the last time it left a vCPU, and when it got on one.
    var ranBefore: UInt64 = 0
    var runningSince: UInt64 = 0

    var signals = ThreadSignals()
    var name: Bytes
    var clearChildTID: UInt64 = 0
    var robustList: UInt64 = 0
    var scheduling = SchedulingAttributes()
    var attributes = ThreadAttributes()
    /// Whether the call that is being interrupted is made again after a handler.
    var restart = Restart.byAction
    /// Calls of the host it made, while its own are observed, and the one of its own it is in.
    var hostCalls = HostCallCount()
    var observation: CallObservation?
    /// Trap frame of the system call under way, for clone and sigreturn.
    var frame: UnsafeMutablePointer<trap_frame>?

    enum Restart: UInt8 {
        /// As SA_RESTART of the handler says.
        case byAction
        case never
        case always
    }

    enum State: UInt8 {
        case runnable
        case running
        case blocked
        case ended
    }

    /// `nil` when kernel memory is short.
    init?(id: Int32, process: Process, name: Bytes) {
        guard let stack = heap_pages(Self.kernelStackSize) else { return nil }
        guard let extended = heap_pages(4096) else {
            heap_pages_free(stack, Self.kernelStackSize)
            return nil
        }
        self.id = id
        self.process = process
        self.name = name
        kernelStack = stack
        extendedState = extended
        zeroMemory(extended, 4096)
        // x87 control word and MXCSR as Linux starts a program.
        extended.storeBytes(of: 0x037f, as: UInt16.self)
        extended.storeBytes(of: 0x1f80, toByteOffset: 24, as: UInt32.self)
        stack.storeBytes(of: Self.canary, as: UInt64.self)
        context = (stack + 8).assumingMemoryBound(to: UInt64.self)
        context.pointee = context_prepare(UInt64(UInt(bitPattern: stack)) + UInt64(Self.kernelStackSize))
    }

    /// Gives stack and state back, once no vCPU stands on them: the frames of an ended thread still hold references to it, so that
    /// `deinit` would come too late.
    func reclaim() {
        zeroMemory(extendedState, 4096)
        heap_pages_free(extendedState, 4096)
        heap_pages_free(kernelStack, Self.kernelStackSize)
    }

    var stackTop: UInt64 { UInt64(UInt(bitPattern: kernelStack)) + UInt64(Self.kernelStackSize) }

    /// Its process ends, or becomes another program without it.
    var isToEnd: Bool {
        if process.ending != nil { return true }
        guard let survivor = process.survivor else { return false }
        return survivor !== self
    }

    var ran: UInt64 { ranBefore + (state == .running ? Clock.monotonic() &- runningSince : 0) }

    /// The kernel stack never reached its end.
    var stackIsIntact: Bool { kernelStack.load(as: UInt64.self) == Self.canary }
}

extension Thread {
    /// The one a vCPU runs.
    static func on(_ block: UnsafePointer<vcpu_block>) -> Thread? {
        guard let pointer = UnsafeRawPointer(bitPattern: UInt(block.pointee.current_thread)) else { return nil }
        return Unmanaged<Thread>.fromOpaque(pointer).takeUnretainedValue()
    }
}

/// The thread this vCPU runs.
var currentThread: Thread {
    let word = UInt(vcpu_current().pointee.current_thread)
    guard let pointer = UnsafeRawPointer(bitPattern: word) else { enclave_panic(7) }
    return Unmanaged<Thread>.fromOpaque(pointer).takeUnretainedValue()
}

func currentThreadIfAny() -> Thread? { Thread.on(vcpu_current()) }
