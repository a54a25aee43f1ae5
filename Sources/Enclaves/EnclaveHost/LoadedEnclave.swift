import CLinux
import EnclaveLayout
import Glibc
import Linux
import SGX
import SoftSGX
import Synchronization
import Wire

/// An initialised enclave: `load`, then `boot` once, then `run` until the program has ended.
///
/// `load` builds and initialises it, so whatever is wrong with the folder shows there. `boot` and `run` use the calling thread as
/// vCPU 0; further vCPUs get a thread when the enclave asks for one. SIGURG interrupts a
/// vCPU: for the enclave's scheduler, and to end what is under way when the program has ended.
package final class LoadedEnclave: Sendable {
    static let endSignal = SIGURG
    private static let stackBytes = 256 << 10

    package let secs: SECS
    package let configuration: EnclaveConfiguration
    private let device: any EnclaveDevice
    private let placement: EnclavePlacement
    private let clock: ClockServer
    private let indexes: Mutex<HeldDescriptors?>
    private let server = Mutex<HostCallServer?>(nil)
    /// Why another vCPU than 0 failed.
    private let failure = Mutex<EnclaveHostError?>(nil)

    private init(
        _ plan: EnclavePlan, _ configuration: EnclaveConfiguration, _ device: any EnclaveDevice, _ clock: ClockServer,
        _ indexes: HeldDescriptors
    ) {
        secs = plan.secs
        placement = plan.placement
        self.configuration = configuration
        self.device = device
        self.clock = clock
        self.indexes = Mutex(indexes)
    }

    package var isSimulated: Bool { device.isSimulated }

    /// There from `boot` on.
    var hostCallServer: HostCallServer? { server.withLock { $0 } }

    /// Lays out, adds, initialises and maps the folder's enclave.
    package static func load(
        folder: consuming EnclaveFolder, device: any EnclaveDevice
    ) throws(EnclaveHostError) -> LoadedEnclave {
        let clock = ClockServer()
        let plan: EnclavePlan
        do throws(LayoutError) {
            plan = try EnclavePlan(image: folder.image, configurationBytes: folder.configuration)
        } catch {
            throw .layout(error)
        }
        let configuration: EnclaveConfiguration
        do throws(WireError) {
            configuration = try EnclaveConfiguration(decoding: folder.configuration)
        } catch {
            throw .folder("config", "\(error)")
        }
        if !plan.growing.isEmpty, let obstacle = device.growthObstacle {
            throw .device("the enclave's memory is dynamic, and \(obstacle); build it with memory_mode = \"fixed\"")
        }
        try device.create(plan.secs)
        for run in plan.runs { try device.add(run) }
        try device.initialise(folder.sigstruct)
        try device.map(plan.runs)
        for range in plan.growing { try device.open(range) }
        return LoadedEnclave(plan, configuration, device, clock, folder.indexes)
    }

    /// The first entry, with what the host offers; clock and CPUID are filled in where they are empty.
    ///
    /// A refusal is an error with the enclave's own words.
    package func boot(_ block: BootBlock, services: consuming HostServices) throws(EnclaveHostError) {
        guard let indexes = indexes.withLock({ $0.take() }) else { throw .protocolViolation("it was booted before") }
        var block = block
        if block.clock.tsc == 0 { block.clock = clock.reading() }
        if block.flags.processors == 0 { block.flags.processors = cl_processors() }
        if block.cpuid.isEmpty { block.cpuid = CPUIDTable.gather() }
        if block.logLevel == .trace { block.flags.insert(.trace) }
        let made: HostCallServer
        do throws(SystemCallError) {
            made = try HostCallServer(
                services, indexes: indexes, configuration: configuration, clock: clock,
                pages: PageServer(device))
        } catch {
            throw .system(error)
        }
        server.withLock { $0 = made }
        var loop = try loop(0, made)
        let encoded = block.encoded()
        let length = (0..<4).map { UInt8(truncatingIfNeeded: encoded.count >> ($0 * 8)) }
        guard loop.offer(length + encoded) else { throw .protocolViolation("arguments and environment do not fit its boot block") }
        made.log.beginStart()
        let result = try loop.run(.boot) { _ in -Int64(EAGAIN) }
        guard result == 0 else {
            throw .bootRefused(made.log.takeRefusal() ?? "code \(result ?? 0), it gave no reason")
        }
        made.log.noteStart()
    }

    /// Runs the program to its end on this thread and those the enclave asks for.
    ///
    /// With `relayingSignals` the signals that the configuration lets through go to the program from here on, for as long as the process
    /// lives.
    package func run(relayingSignals: Bool = false) throws(EnclaveHostError) -> ExitReport {
        guard let server = server.withLock({ $0 }) else { throw .protocolViolation("it was not booted") }
        do throws(SystemCallError) {
            try SignalHandling.handle(
                Self.endSignal, { _, _, context in SignalHandling.interruptEntry(context) }, restarting: false)
        } catch {
            throw .system(error)
        }
        if relayingSignals, let error = server.signals.start(server.vcpus, server.stop, server.log) { throw .system(error) }
        _ = server.vcpus.claim(0)
        defer { server.slots?.end() }
        try drive(0, server)
        server.stop.set()
        server.vcpus.wakeAll()
        if let failure = failure.withLock({ $0 }) { throw failure }
        guard let report = server.exitReport else { throw .protocolViolation("it ended without saying how") }
        return report
    }

    /// How often each host call was served so far.
    package var hostCalls: [(call: HostCall, count: UInt64)] { server.withLock { $0?.counts.all } ?? [] }

    /// How often each was served without an exit.
    package var exitlessCalls: [(call: HostCall, count: UInt64)] { server.withLock { $0?.counts.exitless ?? [] } }

    /// Exits so far that the enclave did not ask for.
    package var asynchronousExits: (interruptions: UInt64, exceptions: UInt64) {
        server.withLock { $0?.counts.asynchronousExits ?? (0, 0) }
    }

    /// Most vCPUs that had a thread at one time.
    package var mostVCPUs: Int { server.withLock { $0?.vcpus.most ?? 0 } }

    private func loop(_ vcpu: Int, _ server: HostCallServer) throws(EnclaveHostError) -> VCPULoop {
        try VCPULoop(
            vcpu, tcs: secs.baseAddress + placement.tcs(UInt32(vcpu)), device.attachThread(), server,
            RIPPlacement(imageOffset: placement.imageOffset, size: placement.size))
    }

    /// Runs a vCPU that was claimed; when it is the one that ended the program, the others are told.
    private func drive(_ vcpu: Int, _ server: HostCallServer) throws(EnclaveHostError) {
        cl_unblock_signal(Self.endSignal)
        // A write that nobody reads is the program's to know of: it has an errno, and a signal of its own.
        cl_block_signals(1 << UInt64(SIGPIPE - 1))
        server.vcpus.entered(vcpu, thread: cl_thread_id())
        defer { server.vcpus.left(vcpu) }
        var loop = try loop(vcpu, server)
        server.slots?.add(loop.area, vcpu: vcpu)
        _ = try loop.run(.run) { self.start($0, server) }
    }

    private func start(_ vcpu: Int, _ server: HostCallServer) -> Int64 {
        let ticket = Unmanaged.passRetained(VCPUTicket(vcpu: vcpu, enclave: self, server: server))
        let result = cl_start_thread({ Unmanaged<VCPUTicket>.take($0)?.run() }, ticket.toOpaque(), Self.stackBytes)
        if result < 0 {
            ticket.release()
            server.vcpus.left(vcpu)
        }
        return Int64(result)
    }

    /// The body of a further vCPU's thread.
    fileprivate func driveFurther(_ vcpu: Int, _ server: HostCallServer) {
        do throws(EnclaveHostError) {
            try drive(vcpu, server)
        } catch {
            failure.withLock { if $0 == nil { $0 = error } }
        }
        let ended = server.exitReport != nil || failure.withLock { $0 != nil }
        guard ended else { return }
        server.stop.set()
        server.vcpus.wakeAll()
        // vCPU 0 may be about to block: repeat until it has seen the flag.
        while server.vcpus.isRunning(0) {
            server.vcpus.interrupt(0, with: Self.endSignal)
            usleep(1000)
        }
    }
}

/// What a new vCPU thread is told.
private final class VCPUTicket {
    let vcpu: Int
    let enclave: LoadedEnclave
    let server: HostCallServer

    init(vcpu: Int, enclave: LoadedEnclave, server: HostCallServer) {
        self.vcpu = vcpu
        self.enclave = enclave
        self.server = server
    }

    func run() { enclave.driveFurther(vcpu, server) }
}

extension Unmanaged where Instance == VCPUTicket {
    fileprivate static func take(_ pointer: UnsafeMutableRawPointer?) -> VCPUTicket? {
        pointer.map { Unmanaged.fromOpaque($0).takeRetainedValue() }
    }
}
