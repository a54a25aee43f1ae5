/// One process: an address space, descriptors and credentials that its threads share.
final class Process {
    let id: Int32
    var parentID: Int32 = 0
    var processGroup: Int32
    var session: Int32
    var name: Bytes = []
    var addressSpace: AddressSpace
    var descriptors: DescriptorTable
    var directory: DirectoryPosition
    var umask: UInt32 = 0o022
    var uid: UInt32
    var gid: UInt32
    var euid: UInt32
    var egid: UInt32
    var suid: UInt32
    var sgid: UInt32
    /// What files are looked up as; follows the effective ids unless the program says otherwise.
    var fsuid: UInt32
    var fsgid: UInt32
    var capabilities = Capabilities()
    var groups: [UInt32] = []
    /// Path of the program, the file itself, its argv and its environment as it was started.
    var executable: Bytes = []
    var program: RunningProgram?
    var commandLine: Bytes = []
    var environmentBlock: Bytes = []
    /// What the program was told beside them, as pairs of kind and value.
    var auxiliaryVector: [UInt64] = []
    var threads: [Thread] = []
    var limits = ResourceLimits()
    var signals = ProcessSignals()
    var intervalTimers = IntervalTimers()
    var timers = PosixTimerTable()
    /// What is due on CPU clocks; made when it is first used.
    private(set) var processorTimers: ProcessorTimers?
    private(set) lazy var processorLimit = ProcessorLimit(self)
    let startedAt: UInt64
    /// Nanoseconds that threads ran which have ended.
    var endedThreadsRan: UInt64 = 0
    var attributes = ProcessAttributes()
    /// What the first thread gave exit: the process' status when its last thread goes the same way.
    var firstThreadStatus: UInt32 = 0
    /// The thread that becomes another program; all others end.
    var survivor: Thread?
    let threadEnded = WaitQueue()
    /// Woken by every thread that passed a barrier somebody waits for.
    let barrierPassed = WaitQueue()
    /// Set by exit_group and by a signal that ends it; threads leave at their next return.
    var ending: Ending?

    struct Ending {
        var status: UInt32
        var signal: UInt32
    }

    init(
        id: Int32, addressSpace: AddressSpace, descriptors: DescriptorTable, directory: DirectoryPosition, uid: UInt32, gid: UInt32
    ) {
        self.id = id
        processGroup = id
        session = id
        self.addressSpace = addressSpace
        self.descriptors = descriptors
        self.directory = directory
        self.uid = uid
        self.gid = gid
        euid = uid
        egid = gid
        suid = uid
        sgid = gid
        fsuid = uid
        fsgid = gid
        if uid != 0 { capabilities.replaceProgram(uid: uid, euid: uid) }
        startedAt = Clock.monotonic()
    }

    /// It has rights that whoever started it does not have.
    var isSecure: Bool { uid != euid || gid != egid }

    /// CPU time: what its threads were on a vCPU, calls included; the host's own share cannot be told apart.
    var ran: UInt64 {
        var sum = endedThreadsRan
        for thread in threads { sum += thread.ran }
        return sum
    }

    var processorClocks: ProcessorTimers {
        if let processorTimers { return processorTimers }
        let made = ProcessorTimers(self)
        processorTimers = made
        return made
    }

    /// Threads that are to end leave at their next return from the kernel: those that wait or compute are made to come by.
    func hurry() {
        let current = currentThreadIfAny()
        for thread in threads where thread.isToEnd {
            thread.signals.attention = true
            if thread.state == .running && thread !== current { Scheduler.interruptRunning() }
            Scheduler.wake(thread)
        }
    }
}
