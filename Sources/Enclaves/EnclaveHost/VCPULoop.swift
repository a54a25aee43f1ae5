import CSoftSGX
import Linux
import Wire

/// One vCPU on the calling thread: enter, serve what it asks for, enter again, until it is finished.
struct VCPULoop: ~Copyable {
    let vcpu: Int
    let server: HostCallServer
    let placement: RIPPlacement
    private let thread: any EnclaveThread
    let area: CallArea
    private var entry = softsgx_entry()
    /// What the enclave's exception handler is being asked about.
    private var pending: (vector: UInt16, rip: UInt64)?

    init(_ vcpu: Int, tcs: UInt64, _ thread: any EnclaveThread, _ server: HostCallServer, _ placement: RIPPlacement)
        throws(EnclaveHostError)
    {
        self.vcpu = vcpu
        self.server = server
        self.placement = placement
        self.thread = thread
        do throws(SystemCallError) { area = try CallArea() } catch { throw .system(error) }
        entry.tcs = tcs
    }

    /// Bytes for the enclave at the start of the data area, before the entry that reads them.
    func offer(_ bytes: [UInt8]) -> Bool { area.view.answer(bytes) >= 0 }

    /// The value the enclave finished with; nil when the program ended elsewhere in the meantime.
    mutating func run(_ reason: EntryReason, start: (Int) -> Int64) throws(EnclaveHostError) -> UInt64? {
        prepare(reason, argument: 0)
        while true {
            thread.enter(&entry)
            guard entry.function == UInt32(SOFTSGX_EEXIT) else {
                if entry.vector == UInt16(SOFTSGX_INTERRUPTED) {
                    server.counts.countInterruption()
                    if server.stop.isSet { return nil }
                    passInterruption()
                } else {
                    server.counts.countException()
                    try passException()
                }
                continue
            }
            switch ExitReason(rawValue: entry.rdi) {
            case .hostCall:
                let call = area.view
                let result = server.serve(call, vcpu: vcpu, start: start)
                if server.stop.isSet { return nil }
                call.store(result: result)
                call.store(signalsWait: server.newsWaits)
                prepare(.hostCallReturned, argument: UInt64(bitPattern: result))
            case .resume:
                guard pending != nil else { throw .protocolViolation("it asked to be resumed where nothing was interrupted") }
                pending = nil
                entry.function = UInt32(SOFTSGX_ERESUME)
            case .finished: return entry.rsi
            case .panic: throw .panic(PanicCode(rawValue: entry.rsi), after: pendingDescription)
            case .refused:
                // Kernel code is not preempted: it goes on.
                guard pending?.vector == UInt16(SOFTSGX_INTERRUPTED) else { throw refusal() }
                pending = nil
                entry.function = UInt32(SOFTSGX_ERESUME)
            case nil: throw .protocolViolation("it left with reason \(entry.rdi), which no version has")
            }
        }
    }

    private mutating func prepare(_ reason: EntryReason, argument: UInt64) {
        entry.function = UInt32(SOFTSGX_EENTER)
        entry.rdi = reason.rawValue
        entry.rsi = area.address
        entry.rdx = argument
        entry.r8 = 0
        entry.r9 = 0
    }

    /// An interruption goes to the enclave's scheduler; one that comes while it deals with an exception does not.
    private mutating func passInterruption() {
        if pending != nil {
            entry.function = UInt32(SOFTSGX_ERESUME)
            return
        }
        pending = (entry.vector, entry.rip)
        area.view.store(signalsWait: server.newsWaits)
        prepare(.exception, argument: 0)
    }

    private mutating func passException() throws(EnclaveHostError) {
        let vector = entry.vector
        let place = placement.describe(entry.rip)
        guard entry.function == UInt32(SOFTSGX_ERESUME), pending == nil else {
            throw .exception(vector: vector, place: pending == nil ? "the entry" : "\(place), while handling another")
        }
        pending = (vector, entry.rip)
        prepare(.exception, argument: 0)
    }

    private var pendingDescription: String? {
        pending.map { "\(EnclaveHostError.name($0.vector)) at \(placement.describe($0.rip))" }
    }

    private func refusal() -> EnclaveHostError {
        if let pending { return .exception(vector: pending.vector, place: placement.describe(pending.rip)) }
        return .protocolViolation("it refused an entry")
    }
}

/// Tells an instruction's place in terms of what lies in ELRANGE.
struct RIPPlacement: Sendable {
    let imageOffset: UInt64
    let size: UInt64

    func describe(_ rip: UInt64) -> String {
        if rip == 0 { return "a place only the enclave knows" }
        if rip >= imageOffset, rip < size { return "enclave.img+0x\(String(rip - imageOffset, radix: 16))" }
        return "0x\(String(rip, radix: 16))"
    }
}
