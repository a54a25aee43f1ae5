import EnclaveTestSupport
import Foundation
import Glibc
import SGX
import SoftSGX
import Wire

/// One attack on an enclave of the real image, from its boot to its end.
struct HostAttackRun {
    enum Ending: Equatable, CustomStringConvertible {
        case ran
        case refusedToStart
        case panicked(PanicCode?)
        /// The host kept it waiting, or it went on asking, which a host can have at any time.
        case starved(HostCall?)
        /// It computed in the LibOS and left no more.
        case spun(after: HostCall?)
        case left(HostileEntry.Outcome)

        var description: String {
            switch self {
            case .ran: "ran"
            case .refusedToStart: "refused to start"
            case .panicked(let code): "panic \(code.map { "\($0)" } ?? "?")"
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

    /// How many calls were made through slots.
    let throughSlots: Int

    /// With no attack: an honest host.
    init(_ program: AttackedProgram, _ attack: HostAttack? = nil, isExitless: Bool = false) throws {
        let isExitless = isExitless || attack?.isExitless == true
        let vault = program == .volume ? try Self.vault(attack) : nil
        defer { if let vault { try? FileManager.default.removeItem(atPath: vault) } }
        let volumes = vault.map { ["/vault": $0] } ?? [:]
        let host = try HostileHost([program.rawValue], program: "attacked", input: "hello\n", volumes: volumes) {
            program.configure(&$0)
            $0.exitless = isExitless
        }
        host.patience = 100_000
        host.answersQuotes = program == .evidence
        host.deadline = .now + Self.patience(attack)
        // Interrupts what goes on inside, so that the deadline is seen.
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 300_000) }
        let liar = attack.map { HostLiar($0, enclave: host.enclave.secs.baseAddress) }
        host.liar = liar
        ending = try Self.ending(of: host, program, within: Self.patience(attack))
        liar?.called()
        text = try host.outputText
        log = try host.logText
        signal = host.report?.signal ?? 0
        told = liar?.told ?? 0
        throughSlots = host.slots?.served ?? 0
    }

    /// A folder for a volume: empty for an honest host, as an honest run left it for a hostile one.
    private static func vault(_ attack: HostAttack?) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        if attack == nil {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        } else {
            try FileManager.default.copyItem(atPath: writtenVault.get(), toPath: path)
        }
        return path
    }

    private static let writtenVault = Result {
        let path = try vault(nil)
        let host = try HostileHost(["volume"], program: "attacked", volumes: ["/vault": path]) {
            AttackedProgram.volume.configure(&$0)
        }
        guard try host.boot() == 0 else { throw HostileHost.Endless() }
        try host.run()
        return path
    }

    private static func ending(of host: HostileHost, _ program: AttackedProgram, within patience: Duration) throws -> Ending {
        // Whoever waits in the host when time is up is woken, and told then.
        let watch = Watch(after: patience) { host.wakeAll() }
        defer { watch.end() }
        do {
            guard try host.boot({ program.prepare(&$0) }) == 0 else { return .refusedToStart }
            try host.run()
            return .ran
        } catch let stopped as HostileHost.Stopped {
            if case .exited(.panic, let code) = stopped.outcome { return .panicked(PanicCode(rawValue: code)) }
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
        default: found.append("\(ending)")
        }
        // The end of a program that was told lies about its files or its memory may be a SIGBUS; none of these is.
        if [SIGSEGV, SIGILL, SIGFPE].contains(Int32(signal)) { found.append("the program got signal \(signal)") }
        return found
    }
}

/// Does something again and again from some time on.
private final class Watch: @unchecked Sendable {
    private let timer: DispatchSourceTimer

    init(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(queue: .global())
        let seconds = Double(delay.components.seconds) + 0.05
        timer.schedule(deadline: .now() + seconds, repeating: 0.02)
        timer.setEventHandler(handler: body)
        timer.resume()
    }

    func end() { timer.cancel() }
}

extension AttackedProgram {
    fileprivate func configure(_ configuration: inout EnclaveConfiguration) {
        configuration.memoryIsFixed = self != .memory
        if self == .volume {
            configuration.mounts = [
                Mount(path: Array("/vault".utf8), trust: .encrypted, source: Array("/vault".utf8), readOnly: false, size: 0)
            ]
            return
        }
        configuration.mounts = [
            Mount(
                path: Array("/host/note".utf8), trust: .untrusted, source: Array("/shared/note".utf8), readOnly: true, size: 0)
        ]
    }

    /// The clock is read anew after a second of its own: a slow counter makes those short.
    fileprivate func prepare(_ block: inout BootBlock) {
        if self == .clocks { block.clock.tscFrequency = 100_000_000 }
    }
}
