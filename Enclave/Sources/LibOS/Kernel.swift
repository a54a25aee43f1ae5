import CEnclave
import EnclaveRuntime
import Wire

/// The one kernel of the enclave: what every process shares.
final class Kernel {
    let layout: LaunchLayout
    let configuration: EnclaveConfiguration
    let rewriting: Bool
    let statistics: Bool
    /// What the host may see of calls: nothing unless it asked, and no more than the configuration says.
    let traceRule: TraceRule
    let tracing: Bool
    let profiling: Bool
    /// Whether calls are looked at on their way in and out.
    let observing: Bool
    /// Whether there are sockets of the host.
    let hasNetwork: Bool
    let logLevel: LogLevel
    let pool: PagePool
    let subjects = CallSubjects()
    var hostname: Bytes
    var counters = ExitReport()
    private var fileSystems: FileSystemRoot?
    private var processes: [Process] = []
    private var lastID: Int32 = 0
    /// The host was told that the program ended: vCPUs leave.
    private(set) var finished = false
    private var isFinishing = false
    private var unknownSeen: [UInt64] = []
    private var unsupportedSeen = false
    private var shortageSeen = false
    private var fullFilesSeen = false

    init(layout: LaunchLayout, configuration: EnclaveConfiguration, boot: BootBlock, hostname: Bytes) {
        self.layout = layout
        self.configuration = configuration
        self.hostname = hostname
        rewriting = !boot.flags.contains(.withoutRewriting)
        hasNetwork = boot.newestVersion >= WireVersion.network && configuration.network.mode == .host
        statistics = boot.flags.contains(.statistics)
        logLevel = boot.logLevel
        traceRule = configuration.attributes & 2 != 0 ? .arguments : configuration.trace
        let visible = traceRule != .off && boot.newestVersion >= WireVersion.traces
        tracing = visible && boot.flags.contains(.trace)
        profiling = visible && boot.flags.contains(.profile)
        observing = tracing || profiling
        let processors = boot.flags.processors
        cpuCount = Int(processors == 0 ? layout.vcpuCount : min(layout.vcpuCount, processors))
        let base = LaunchState.base(layout)
        pool = PagePool(
            start: base + layout.userPoolOffset, length: layout.userPoolLength, limit: configuration.userMemory,
            isDynamic: !layout.memoryIsFixed, base: base)
    }

    var files: FileSystemRoot {
        guard let fileSystems else { enclave_panic(PanicCode.internalError.rawValue) }
        return fileSystems
    }

    func mount(_ root: FileSystemRoot) { fileSystems = root }

    /// The processors programs see: vCPUs, but no more than the host says it has.
    let cpuCount: Int
    var memoryTotal: UInt64 { configuration.userMemory }
    var memoryFree: UInt64 { memoryTotal - min(pool.committed * PagePool.pageSize, memoryTotal) }

    /// Number of the vCPU that runs this: a measured word of its own block.
    func vcpuIndex() -> UInt32 {
        UnsafeRawPointer(vcpu_current()).load(fromByteOffset: 8, as: UInt32.self)
    }

    /// The words of any vCPU.
    func vcpuBlock(_ index: Int) -> UnsafeMutablePointer<vcpu_block> {
        let address = LaunchState.base(layout) + layout.vcpuOffset + UInt64(index) * UInt64(VCPUBlock.byteCount)
        guard let block = UnsafeMutablePointer<vcpu_block>(bitPattern: UInt(address)) else {
            enclave_panic(PanicCode.internalError.rawValue)
        }
        return block
    }

    /// The highest number of a thread, as /proc/sys/kernel/pid_max says one more of.
    static let highestID: Int32 = 4_194_303

    /// The next number nobody has.
    func nextID() -> Int32 {
        repeat { lastID = lastID == Self.highestID ? 300 : lastID + 1 } while thread(lastID) != nil
        return lastID
    }

    /// The thread with this number.
    func thread(_ number: Int32) -> Thread? {
        for process in processes {
            for thread in process.threads where thread.id == number { return thread }
        }
        return nil
    }

    // MARK: programs

    /// Makes the first process and loads its program; it runs when a vCPU is entered to run.
    func start(_ parameters: StartParameters, reservationEnd: UInt64) throws(Errno) {
        let space = AddressSpace(pool: pool, reservationEnd: reservationEnd)
        let process = Process(
            id: nextID(), addressSpace: space, descriptors: DescriptorTable(), directory: files.rootPosition,
            uid: parameters.user.uid,
            gid: parameters.user.gid)
        for limit in configuration.limits where limit.resource < UInt32(ResourceLimits.count) {
            process.limits[Int(limit.resource)] = ResourceLimits.Limit(soft: limit.soft, hard: limit.hard)
        }
        try files.openStandardStreams(process.descriptors)
        process.directory = try files.directoryPosition(path: parameters.directory, at: files.rootPosition, process: process)
        guard let thread = Thread(id: process.id, process: process, name: []) else { throw .ENOMEM }
        process.threads.append(thread)
        let file = try files.executableFile(path: parameters.path, at: process.directory)
        let program = try ResolvedProgram(
            file, path: parameters.path, arguments: parameters.arguments, at: process.directory)
        try become(process, thread, program, environment: parameters.environment)
        counters.fileBytesBeforeStart = counters.fileBytesVerified
        counters.indexBytesBeforeStart = counters.indexBytesVerified
        processes.append(process)
        Scheduler.start(thread)
    }

    /// Loads a program into the process's empty address space; `thread` starts it.
    func become(
        _ process: Process, _ thread: Thread, _ resolved: ResolvedProgram, environment: [Bytes]
    ) throws(Errno) {
        let program = try ProgramLoader.load(
            resolved, environment: environment, process: process, space: process.addressSpace)
        process.executable = program.path
        process.program = RunningProgram(resolved.file.node)
        process.commandLine = Self.joined(resolved.arguments)
        process.environmentBlock = Self.joined(environment)
        // The name is that of the path it was started by, links not followed.
        let slash = resolved.path.lastIndex(of: 0x2f).map { $0 + 1 } ?? 0
        process.name = Bytes(resolved.path[slash...].prefix(15))
        thread.name = process.name
        var frame = trap_frame()
        frame.rip = program.entry
        frame.rsp = program.stackPointer
        frame.rflags = 0x202
        frame.restore_all = 1
        frame.original_rax = UInt64.max
        thread.startFrame = frame
    }

    private static func joined(_ strings: [Bytes]) -> Bytes {
        var out: Bytes = []
        for string in strings {
            out.append(contentsOf: string)
            out.append(0)
        }
        return out
    }

    /// The last process ended: the host is told, and stops the other vCPUs.
    ///
    /// None leaves by itself before that: the host takes the end of the first one for the end of the enclave.
    func finish(_ process: Process) {
        guard !isFinishing else { return }
        isFinishing = true
        MemoryCalls.saveShared(0, UInt64.max, process.addressSpace)
        process.descriptors.closeAll()
        files.close()
        counters.status = process.ending?.status ?? 0
        counters.signal = process.ending?.signal ?? 0
        collectCounters()
        Host.exited(counters)
        finished = true
    }

    private func collectCounters() {
        for index in 0..<Int(layout.vcpuCount) where Scheduler.isPresent(index) {
            let block = vcpuBlock(index)
            counters.rewrittenCalls += block.pointee.rewritten_calls
            counters.trappedCalls += block.pointee.trapped_calls
            counters.cpuidExceptions += block.pointee.cpuid_exceptions
            counters.exitlessCalls += block.pointee.exitless_calls
        }
        counters.contextSwitches = Scheduler.contextSwitches
        counters.threadsStarted = Scheduler.threadsStarted
        counters.peakThreads = Scheduler.mostThreads
        counters.calls = CallProfile.made
        counters.peakUserPages = pool.isDynamic ? pool.budget.peak : pool.peak
        counters.peakKernelBytes = UInt64(heap_peak())
        // The kernel heap never shrinks.
        counters.peakHeldPages = pool.peakHeld + UInt64(heap_held()) / PagePool.pageSize
        counters.acceptedPages = pool.accepted
        counters.returnedPages = pool.returned
    }

    // MARK: what is not there

    /// Counts a call the LibOS does not have; the first of each number is logged.
    func noteUnknown(_ number: UInt64) {
        counters.unknownCalls += 1
        guard !unknownSeen.contains(number), unknownSeen.count < 64 else { return }
        unknownSeen.append(number)
        var text = LogText("system call ")
        text.append(systemCall: number)
        text.append(" is not there: ENOSYS")
        Host.log(.info, text.bytes)
    }

    func noteUnsupported(_ what: StaticString) {
        counters.unknownCalls += 1
        guard !unsupportedSeen else { return }
        unsupportedSeen = true
        var text = LogText(what)
        text.append(": ENOSYS")
        Host.log(.warning, text.bytes)
    }

    /// A page was to be had neither within the limit nor from the host; the first time is logged.
    func noteShortage(_ address: UInt64, _ why: PagePool.Shortage) {
        guard !shortageSeen else { return }
        shortageSeen = true
        var text = LogText("no memory for the page at ")
        text.append(hex: address & ~4095)
        switch why {
        case .limit:
            text.append(": the manifest's memory, ")
            text.append(Int64(memoryTotal >> 20))
            text.append(" MiB, is used up; raise it")
        case .host: text.append(": the host gave none; its EPC is used up, or it cannot add pages after the start (SGX2)")
        }
        Host.log(.error, text.bytes)
    }

    /// Files in memory fill their share of kernel memory; the first time is logged.
    func noteFullFiles(pages: Int) {
        guard !fullFilesSeen else { return }
        fullFilesSeen = true
        var text = LogText("no space for files in memory: their share of the manifest's kernel_memory, three eighths or ")
        text.append(Int64(pages >> 8))
        text.append(" MiB, is used up; raise it")
        Host.log(.error, text.bytes)
    }

    var processList: [Process] { processes }
}

nonisolated(unsafe) private var theKernel: Kernel?

/// The kernel; exists from the end of the first entry on.
var kernel: Kernel {
    guard let theKernel else { enclave_panic(PanicCode.internalError.rawValue) }
    return theKernel
}

func install(_ kernel: Kernel) { theKernel = kernel }
