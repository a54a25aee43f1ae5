import CHostileHost
import CSoftSGX
import EnclaveBuild
import EnclaveCrypto
import EnclaveImages
import EnclaveLayout
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import SoftSGX
import Synchronization
import Testing
import Wire

@testable import EnclaveHost

/// A host that serves an enclave of the real image as it should and lets a test meddle with everything it controls.
final class HostileHost: @unchecked Sendable {
    enum Moment {
        /// Before the first entry.
        case entering
        /// Before the entry that answers a host call.
        case answering(HostCall)
        case interrupted(Int32)
    }
    /// True when an interruption needs no entry any more before it is resumed.
    typealias Meddling = (_ entry: HostileEntry, _ vcpu: Int, _ moment: Moment) throws -> Bool

    struct Stopped: Error, Equatable {
        let outcome: HostileEntry.Outcome
    }
    /// The enclave asked for more, or took longer, than any honest run needs.
    struct Endless: Error {
        /// The call it made last.
        var call: HostCall?
        /// It was in its image, with nobody to wait for.
        var isInKernel = false
    }

    let enclave: SoftEnclave
    let placement: EnclavePlacement
    let tree: HostileTree
    private let server: HostCallServer
    /// What each vCPU asked for last; used by its thread.
    nonisolated(unsafe) private var calls: [HostCall?]
    private let output: FileDescriptor
    private let log: FileDescriptor
    private let areas: [WitnessedArea]
    private let running = DispatchGroup()
    private let failures = Mutex<[any Error]>([])
    private let entries = Atomic<Int>(0)
    /// Entries after which a run is taken to go on for ever.
    var patience = 5_000_000
    /// When it is taken for that anyway; looked at wherever the enclave has left, so it needs a timer where the enclave may not.
    var deadline: ContinuousClock.Instant?
    /// Bytes that are no quote are given for one.
    var answersQuotes = false
    /// Serves one call of an attack.
    var liar: HostLiar?
    /// Serves any call, where a test has it lie about all of them.
    var anyCallLiar: AnyCallLiar?
    /// Serves calls without exits, where the configuration has them.
    private(set) var slots: HostileSlots?
    /// Changes the result, or the data, of a host call that was served.
    var tamper: @Sendable (HostCall, CallView, Int64) -> Int64 = { $2 }
    /// Serves `trimPages`, `removePages` and `makeTCS`: offset and length.
    lazy var memory: @Sendable (HostCall, UInt64, UInt64) -> Int64 = { [enclave] in Self.takeBack($0, $1, $2, enclave) }
    var meddle: Meddling = { _, _, _ in false }
    /// Another thread enters the same TCS: an ENCLU that faults is tried again, and exceptions may have been told already.
    var contended = false
    /// Called on every vCPU's thread around its run.
    var around: (() -> ThreadTimer?) = { nil }

    init(
        _ arguments: [String], program: String = "worker", vcpus: UInt32 = 3, fill: UInt8? = nil, input: String = "",
        rewriting: Bool = true,
        volumes: [String: String] = [:], packages: PackagedTree? = nil, change: (inout EnclaveConfiguration) -> Void = { _ in }
    )
        throws
    {
        tree = try HostileTree.shared.get()
        var test = try TestEnclave(image: Self.image.get(), vcpus: vcpus)
        test.configuration.addressSpace = 128 << 20
        test.configuration.userMemory = 64 << 20
        test.configuration.kernelMemory = 24 << 20
        let content = packages?.index ?? tree.index
        test.configuration.indexRoot = content.root.bytes
        test.configuration.indexLength = UInt64(content.bytes.count)
        test.configuration.entrypoint = Array("/\(program)".utf8)
        test.configuration.arguments.values = ([program] + arguments).map { Array($0.utf8) }
        change(&test.configuration)
        let index = try UnnamedFile.file(content.bytes)
        var indexes: [TreeNumber: Int32] = [.root: dup(index.raw)]
        var folders = volumes
        for (number, mount) in test.configuration.mounts.enumerated() where mount.trust == .verified {
            test.configuration.mounts[number].indexRoot = tree.modelIndex.root.bytes
            test.configuration.mounts[number].indexLength = UInt64(tree.modelIndex.bytes.count)
            let file = try UnnamedFile.file(tree.modelIndex.bytes)
            indexes[TreeNumber(mount: number)] = dup(file.raw)
            folders[String(decoding: mount.path, as: UTF8.self)] = tree.model
        }
        test.plan = try EnclavePlan(image: test.image, configuration: test.configuration)
        placement = test.plan.placement
        // Programs of Debian have their addresses, which are inside where the enclave begins at 0, as it does outside tests.
        enclave = try test.loaded(rewriting: rewriting, fill: fill, base: packages == nil ? nil : 0)
        for range in test.plan.growing {
            try enclave.map(range.offset, range.length, .init(rawValue: Int32(range.secinfo.flags.rawValue & 7)))
        }
        output = try UnnamedFile.file([])
        log = try UnnamedFile.file([])
        let stdin = try UnnamedFile.file(Array(input.utf8))
        lseek(stdin.raw, 0, SEEK_SET)
        var services = HostServices(rootFilesystem: try FileDescriptor.open(packages?.path ?? tree.path, O_RDONLY | O_DIRECTORY))
        services.streams = (stdin.release(), output.raw, output.raw)
        services.log = log.raw
        services.volumes.folders = folders
        // The tests have a thread of their own for that.
        services.exitless = .never
        server = try HostCallServer(
            services, indexes: HeldDescriptors(owning: indexes), configuration: test.configuration, clock: ClockServer())
        calls = [HostCall?](repeating: nil, count: Int(vcpus))
        areas = (0..<vcpus).map { _ in WitnessedArea() }
        for area in areas { area.hasSlot = test.configuration.exitless }
        // The first thread installs the processor's handlers; ours come behind them.
        _ = try enclave.attach()
        for signal in [SIGILL, SIGTRAP, SIGSYS, SIGSEGV, SIGBUS, SIGFPE, SIGUSR2] {
            try SignalHandling.handle(signal, hostile_signal)
        }
    }

    func area(_ vcpu: Int) -> UInt64 { UInt64(UInt(bitPattern: areas[vcpu].start)) }

    func entry(_ vcpu: Int) -> HostileEntry { HostileEntry(tcs: enclave.secs.baseAddress + placement.tcs(UInt32(vcpu))) }

    /// The first page of the vCPU's block: all that an entry may change before it is accepted.
    func block(_ vcpu: Int) -> [UInt8] { [UInt8](UnsafeRawBufferPointer(start: pointer(blockAddress(vcpu)), count: 4096)) }

    func frame(_ vcpu: Int, _ number: UInt64 = 0) -> SaveStateFrame {
        SaveStateFrame(pointer(blockAddress(vcpu) + UInt64(VCPUBlock.ssaOffset) + (number + 1) * 4096 - 184))
    }

    private func blockAddress(_ vcpu: Int) -> UInt64 { enclave.secs.baseAddress + placement.vcpuBlock(UInt32(vcpu)) }

    private func pointer(_ address: UInt64) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    }

    var outputText: String { get throws { try UnnamedFile.text(output) } }
    var logText: String { get throws { try UnnamedFile.text(log) } }
    var report: ExitReport? { server.exitReport }
    var counts: HostCallCounts { server.counts }
    /// The calls that were served without the server.
    var madeHere: Set<HostCall> { served.withLock { $0 } }
    private let served = Mutex<Set<HostCall>>([])
    var interruptions: Int { interrupted.load(ordering: .relaxed) }
    private let interrupted = Atomic<Int>(0)

    /// Writes the boot block and enters; the value of the entry, 0 when the enclave is ready.
    func boot(_ change: (inout BootBlock) -> Void = { _ in }) throws -> UInt64 {
        var block = BootBlock()
        block.clock = ClockServer().reading()
        block.cpuid = CPUIDTable.gather()
        change(&block)
        offer(block.encoded())
        return try drive(0, .boot)
    }

    func offer(_ bytes: [UInt8]) {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
        _ = CallView(base: areas[0].start).answer(length + bytes)
    }

    /// Runs the program to its end.
    func run() throws {
        _ = server.vcpus.claim(0)
        defer { server.vcpus.wakeAll() }
        if areas[0].hasSlot { slots = HostileSlots(areas, server, liar) }
        slots?.start()
        defer { slots?.stop() }
        do { #expect(try drive(0, .run) == 0) } catch { failures.withLock { $0.append(error) } }
        server.vcpus.wakeAll()
        while running.wait(timeout: .now() + .milliseconds(20)) == .timedOut { server.vcpus.wakeAll() }
        for failure in failures.withLock({ $0 }) { throw failure }
    }

    func wakeAll() { server.vcpus.wakeAll() }

    /// Serves one vCPU on the calling thread until its entry is finished.
    func drive(_ vcpu: Int, _ reason: EntryReason) throws -> UInt64 {
        let thread = try enclave.attach()
        defer { withExtendedLifetime(thread) {} }
        let entry = entry(vcpu)
        let timer = around()
        defer { timer?.stop() }
        _ = try meddle(entry, vcpu, .entering)
        var outcome = enter(entry, reason, vcpu)
        while true {
            guard entries.add(1, ordering: .relaxed).newValue < patience else { throw Endless(call: calls[vcpu]) }
            if let endless = endless(vcpu, outcome) { throw endless }
            switch outcome {
            case .exited(.finished, let value): return value
            case .exited(.hostCall, _): outcome = try answer(entry, vcpu)
            case .interrupted(let signal):
                interrupted.add(1, ordering: .relaxed)
                outcome = try interruption(signal, entry, vcpu)
            default: throw Stopped(outcome: outcome)
            }
        }
    }

    /// Whether time is up; who is interrupted in the LibOS may need some more to come to a call.
    private func endless(_ vcpu: Int, _ outcome: HostileEntry.Outcome) -> Endless? {
        guard let deadline, ContinuousClock.now > deadline else { return nil }
        guard case .interrupted = outcome, isImage(frame(vcpu).rip) else { return Endless(call: calls[vcpu]) }
        return ContinuousClock.now > deadline + .seconds(10) ? Endless(call: calls[vcpu], isInKernel: true) : nil
    }

    private func answer(_ entry: HostileEntry, _ vcpu: Int) throws -> HostileEntry.Outcome {
        if let failure = failures.withLock({ $0.first }) { throw failure }
        liar?.called()
        let leaks = entry.leaks
        #expect(leaks.isEmpty)
        let call = CallView(base: areas[vcpu].start)
        guard let name = HostCall(rawValue: call.number) else { throw Endless() }
        calls[vcpu] = name

        let complaints = areas[vcpu].complaints(name)
        #expect(complaints.isEmpty)
        let honestly = { [self] in hereServed(name, call) ?? server.serve(call, vcpu: vcpu, start: start) }
        let result = liar?.serve(name, call, honestly) ?? anyCallLiar?.serve(name, call, honestly) ?? honestly()
        call.store(result: tamper(name, call, result))
        if name == .exited { server.vcpus.wakeAll() }
        areas[vcpu].isContested = (liar?.answered(name, call) ?? false) || areas[vcpu].hasSlot && areas[vcpu].isContested
        _ = try meddle(entry, vcpu, .answering(name))
        return enter(entry, .hostCallReturned, vcpu)
    }

    private func hereServed(_ name: HostCall, _ call: CallView) -> Int64? {
        let result = serveHere(name, call)
        if result != nil { served.withLock { _ = $0.insert(name) } }
        return result
    }

    /// What a friendly host does with pages it is to take back, and with requests of quotes where a test wants some; nil for other calls.
    private func serveHere(_ name: HostCall, _ call: CallView) -> Int64? {
        if answersQuotes, name == .quote { return 1000 }
        if answersQuotes, name == .quoteTargetInfo {
            memset(call.data, 0, 512)
            return 512
        }
        if name == .restrictPages { return Self.restrict(call.argument(0), call.argument(1), call.argument(2), enclave) }
        switch name {
        case .trimPages, .removePages: return memory(name, call.argument(0), call.argument(1))
        case .makeTCS: return memory(name, call.argument(0), 4096)
        default: return nil
        }
    }

    private func enter(_ entry: HostileEntry, _ reason: EntryReason, _ vcpu: Int) -> HostileEntry.Outcome {
        if reason != .exception { areas[vcpu].remember() }
        while true {
            let outcome = entry.enter(reason, area: area(vcpu))
            if outcome != .faulted || !contended { return outcome }
        }
    }

    private func interruption(_ signal: Int32, _ entry: HostileEntry, _ vcpu: Int) throws -> HostileEntry.Outcome {
        if liar != nil, let failure = failures.withLock({ $0.first }) { throw failure }
        let handled = try meddle(entry, vcpu, .interrupted(signal))
        if !handled, signal != SIGUSR2, signal != SIGTRAP {
            let outcome = entry.settled(enter(entry, .exception, vcpu))
            let told = contended && outcome == .exited(.refused, value: 0)
            guard outcome == .exited(.resume, value: 0) || told else { throw Stopped(outcome: outcome) }
        }
        var outcome = entry.resume()
        while contended, outcome == .faulted { outcome = entry.resume() }
        return outcome
    }

    private func start(_ vcpu: Int) -> Int64 {
        running.enter()
        Thread.detachNewThread { [self] in
            do { _ = try drive(vcpu, .run) } catch { failures.withLock { $0.append(error) } }
            server.vcpus.left(vcpu)
            server.vcpus.wakeAll()
            running.leave()
        }
        return 0
    }

    static func takeBack(_ call: HostCall, _ offset: UInt64, _ length: UInt64, _ enclave: SoftEnclave) -> Int64 {
        var progress = PageProgress()
        do throws(SoftSGXError) {
            switch call {
            case .trimPages: try enclave.modifyTypes(offset, length, to: .trimmed, progress: &progress)
            case .makeTCS: try enclave.modifyTypes(offset, length, to: .tcs, progress: &progress)
            default: try enclave.removePages(offset, length, progress: &progress)
            }
            return 0
        } catch {
            return -Int64(error.errno)
        }
    }

    private static func restrict(_ offset: UInt64, _ length: UInt64, _ rights: UInt64, _ enclave: SoftEnclave) -> Int64 {
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try enclave.restrictPermissions(offset, length, to: MemoryRights(rawValue: Int32(rights & 7)), progress: &progress)
            return 0
        } catch {
            return -Int64(error.errno)
        }
    }

    /// Whether an instruction of the enclave is the image's own.
    func isImage(_ rip: UInt64) -> Bool {
        let start = enclave.secs.baseAddress + placement.imageOffset
        return rip >= start && rip < start + placement.imageLength
    }

    func setPoolRights(_ rights: MemoryRights) throws {
        try rights.apply(to: enclave.secs.baseAddress + EnclavePlacement.userPoolOffset, bytes: placement.userPoolLength)
    }

    /// The image that lies beside the test bundle.
    private static let image = Result {
        let folder = URL(filePath: String(cString: hostile_bundle_path())).deletingLastPathComponent()
        let path = EnclaveImages.relativePaths.map { folder.appending(path: $0) }.first {
            FileManager.default.fileExists(atPath: $0.path)
        }
        return [UInt8](try Data(contentsOf: #require(path)))
    }
}
