import EnclaveTestSupport
import Foundation
import Glibc
import SGX
import SoftSGX
import Wire

@testable import EnclaveHost

/// One attack on an enclave of the real image, from its boot to its end.
struct HostAttackRun {
    enum Ending: Equatable, CustomStringConvertible {
        case ran
        case refusedToStart
        case panicked(PanicCode)
        /// The host kept it waiting, or it went on asking, which a host can have at any time.
        case starved(HostCall?)
        /// It computed in the LibOS and left no more.
        case spun(after: HostCall?)
        case left(HostileEntry.Outcome)

        var description: String {
            switch self {
            case .ran: "ran"
            case .refusedToStart: "refused to start"
            case .panicked(let code): "panic \(code)"
            case .starved(let call): "starved at \(call.map { "\($0)" } ?? "?")"
            case .spun(let call): "spun after \(call.map { "\($0)" } ?? "?")"
            case .left(let outcome): "left with \(outcome)"
            }
        }
    }

    /// What a run may take: with an honest host as long as a busy machine needs, with a hostile one as long as it is worth to wait for more.
    private static func patience(_ attack: HostAttack?) -> Duration { attack == nil ? .seconds(30) : .seconds(1) }

    let ending: Ending
    let text: String
    let log: String
    let signal: UInt32
    /// How many lies the enclave was told.
    let told: Int
    /// The calls the enclave made.
    let made: Set<HostCall>

    /// How many calls were made through slots.
    let throughSlots: Int

    /// With no attack: an honest host.
    init(_ program: AttackedProgram, _ attack: HostAttack? = nil, isExitless: Bool = false) throws {
        let isExitless = isExitless || attack?.isExitless == true
        let vault = program == .volume ? try Self.vault(isExitless: isExitless) : nil
        defer { if let vault { try? FileManager.default.removeItem(atPath: vault) } }
        let volumes = vault.map { ["/vault": $0] } ?? [:]
        let shared = program == .untrusted ? try SharedFolder() : nil
        defer { withExtendedLifetime(shared) {} }
        let host = try HostileHost([program.rawValue], program: "attacked", input: "hello\n", volumes: volumes) {
            program.configure(&$0, shared: shared?.source)
            $0.exitless = isExitless
        }
        switch program {
        case .signals: host.tamper = Self.announcing
        case .streams: host.tamper = Self.terminals
        default: break
        }
        host.patience = 100_000
        host.answersQuotes = program == .evidence
        host.deadline = .now + Self.patience(attack)
        // Interrupts what goes on inside, so that the deadline is seen.
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 300_000) }
        let liar = attack.map { HostLiar($0, enclave: host.enclave.secs.baseAddress) }
        host.liar = liar
        ending = try Self.ending(of: host, within: Self.patience(attack)) { program.prepare(&$0) }
        liar?.called()
        text = try host.outputText
        log = try host.logText
        signal = host.report?.signal ?? 0
        told = liar?.told ?? 0
        throughSlots = host.slots?.served ?? 0
        made = Set(host.counts.all.map(\.call)).union(host.madeHere)
    }

    /// Its streams are terminals, which are asked more.
    @Sendable private static func terminals(_ call: HostCall, _ view: CallView, _ result: Int64) -> Int64 {
        guard call == .streamInformation, result > 0 else { return result }
        view.data.storeBytes(of: StreamInformation(kind: 0, isTerminal: true).encoded()[4], toByteOffset: 4, as: UInt8.self)
        return result
    }

    /// Signals wait, whatever was taken, and somebody always asks for evidence.
    @Sendable private static func announcing(_ call: HostCall, _ view: CallView, _ result: Int64) -> Int64 {
        view.store(signalsWait: true)
        switch call {
        case .takeAttestation: return view.answer([UInt8](repeating: 0, count: 512) + [UInt8](repeating: 7, count: 64))
        case .giveAttestation: return 0
        default: return result
        }
    }

    /// A folder with the volume that an honest run left.
    private static func vault(isExitless: Bool) throws -> String {
        let path = freshFolder
        try FileManager.default.copyItem(atPath: (isExitless ? vaultWrittenExitless : writtenVault).get(), toPath: path)
        return path
    }

    private static var freshFolder: String {
        FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
    }

    private static let writtenVault = Result { try writeVault(isExitless: false) }
    /// By an enclave of another measurement, to which nobody else's volumes open.
    private static let vaultWrittenExitless = Result { try writeVault(isExitless: true) }

    private static func writeVault(isExitless: Bool) throws -> String {
        let path = freshFolder
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let host = try HostileHost(["volume"], program: "attacked", volumes: ["/vault": path]) {
            AttackedProgram.volume.configure(&$0, shared: nil)
            $0.exitless = isExitless
        }
        guard try host.boot() == 0 else { throw HostileHost.Endless() }
        try host.run()
        return path
    }

    /// Boots it and runs it to its end, or until time is up.
    static func ending(
        of host: HostileHost, within patience: Duration, _ prepare: (inout BootBlock) -> Void
    ) throws -> Ending {
        // Whoever waits in the host when time is up is woken, and told then.
        let watch = Watch(after: patience) { host.wakeAll() }
        defer { watch.end() }
        do {
            guard try host.boot(prepare) == 0 else { return .refusedToStart }
            try host.run()
            return .ran
        } catch let stopped as HostileHost.Stopped {
            if case .exited(.panic, let code) = stopped.outcome, let known = PanicCode(rawValue: code) { return .panicked(known) }
            return .left(stopped.outcome)
        } catch let endless as HostileHost.Endless {
            return endless.isInKernel ? .spun(after: endless.call) : .starved(endless.call)
        }
    }

    /// What is wrong with how it ended; empty when the lies came to nothing but an error or an end.
    func complaints(_ program: AttackedProgram) -> [String] {
        var found: [String] = []
        if text.contains("WRONG") { found.append("the program found something wrong: \(text)") }
        switch ending {
        case .ran, .refusedToStart, .starved, .panicked(.pageTaken), .panicked(.kernelMemoryRefused): break
        // A page the host trimmed or restricted behind the enclave's back, met by the LibOS itself.
        case .panicked(.exceptionInKernel) where program == .memory: break
        // A vCPU the host entered before there was one: the processor refused it.
        case .left(.faulted) where program == .growth: break
        default: found.append("\(ending)")
        }
        // The end of a program that was told lies about its files or its memory may be a SIGBUS; none of these is.
        if [SIGSEGV, SIGILL, SIGFPE].contains(Int32(signal)) { found.append("the program got signal \(signal)") }
        return found
    }
}

/// Does something again and again from some time on.
private final class Watch: @unchecked Sendable {
    private let timer: any DispatchSourceTimer

    init(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(queue: .global())
        let seconds = Double(delay.components.seconds) + 0.05
        timer.schedule(deadline: .now() + seconds, repeating: 0.02)
        timer.setEventHandler(handler: body)
        timer.resume()
    }

    func end() { timer.cancel() }
}

/// A folder of its own that the host shares with one enclave.
private final class SharedFolder {
    private let path: String
    /// As the manifest has it: below the root filesystem.
    let source: String

    init() throws {
        let root = try HostileTree.shared.get().path
        source = "/shared-\(UUID().uuidString)"
        path = root + source
        try FileManager.default.copyItem(atPath: "\(root)/shared", toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension AttackedProgram {
    fileprivate func configure(_ configuration: inout EnclaveConfiguration, shared: String?) {
        configuration.memoryIsFixed = self != .memory && self != .growth
        switch self {
        case .volume: configuration.mounts = [mount("/vault", .encrypted, "/vault")]
        case .verified:
            configuration.mounts = [
                Mount(path: Array("/model".utf8), trust: .verified, source: Array("/model".utf8), readOnly: true, size: 0)
            ]
        case .untrusted: configuration.mounts = [mount("/host", .untrusted, shared ?? "/shared")]
        // SIGHUP, SIGUSR1 and SIGWINCH.
        case .signals:
            configuration.hostSignals = 1 | 1 << 9 | 1 << 27
            configuration.attestFromHost = true
        case .growth: configuration.initialVCPUs = 1
        case .traced: configuration.trace = .arguments
        case .evidence: configuration.trace = .off
        default: break
        }
    }

    private func mount(_ path: String, _ trust: Mount.Trust, _ source: String) -> Mount {
        Mount(path: Array(path.utf8), trust: trust, source: Array(source.utf8), readOnly: false, size: 0)
    }

    fileprivate func prepare(_ block: inout BootBlock) {
        switch self {
        // The clock is read anew after a second of its own: a slow counter makes those short.
        case .clocks: block.clock.tscFrequency = 100_000_000
        case .traced: block.flags.insert(.trace)
        // What the manifest does not allow is worth a line in the log.
        case .evidence: block.flags.insert(.trace)
        default: break
        }
    }
}
