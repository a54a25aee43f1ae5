import CHostileHost
import CSoftSGX
import Glibc
import Wire

/// One TCS as a host sees it that sets every register as it likes; used on one attached thread.
final class HostileEntry {
    enum Outcome: Equatable {
        case exited(ExitReason?, value: UInt64)
        /// The asynchronous exit pointer, and the signal that led there.
        case interrupted(Int32)
        /// ENCLU itself: #GP or #PF.
        case faulted
    }

    private let registers: UnsafeMutablePointer<hostile_registers>

    init(tcs: UInt64) {
        registers = .allocate(capacity: 1)
        registers.initialize(to: hostile_registers())
        registers.pointee.tcs = tcs
        behave()
    }

    deinit { registers.deallocate() }

    /// The register state a friendly host has.
    func behave() {
        registers.pointee.rflags = 0x202
        registers.pointee.mxcsr = 0x1f80
        registers.pointee.x87_control = 0x37f
        registers.pointee.gs = 0
        registers.pointee.fs = 0
    }

    /// DF and AC set, every floating-point exception unmasked, rounding up and flushing to zero, FS and GS elsewhere.
    func misbehave(threadPointer: UInt64) {
        registers.pointee.rflags = 0x202 | 0x400 | 0x40000 | 0xcd5 & ~0x400
        registers.pointee.mxcsr = 0x0000_c040
        registers.pointee.x87_control = 0x0800
        registers.pointee.gs = 0x0000_1234_5678_9abc
        registers.pointee.fs = threadPointer
    }

    /// Traps after every instruction inside, until the enclave clears it.
    var traps: Bool {
        get { registers.pointee.rflags & 0x100 != 0 }
        set { registers.pointee.rflags = newValue ? registers.pointee.rflags | 0x100 : registers.pointee.rflags & ~0x100 }
    }

    func enter(_ reason: UInt64, area: UInt64, rdx: UInt64 = 0) -> Outcome { execute(SOFTSGX_EENTER, reason, area, rdx) }

    func enter(_ reason: EntryReason, area: UInt64) -> Outcome { enter(reason.rawValue, area: area) }

    func resume() -> Outcome { execute(SOFTSGX_ERESUME, 0, 0, 0) }

    /// The same once timers have let it end: what they interrupt is resumed.
    func settled(_ outcome: Outcome) -> Outcome {
        var outcome = outcome
        while outcome == .interrupted(SIGUSR2) { outcome = resume() }
        return outcome
    }

    /// What the last exit left in registers beside its answer: names of those that are not clean.
    var leaks: [String] {
        let r = registers.pointee
        let general = withUnsafeBytes(of: r.general) { Array($0.bindMemory(to: UInt64.self)) }
        let extended = withUnsafeBytes(of: r.extended) { Array($0) }
        var found: [String] = []
        for (index, name) in [
            (3, "RDX"), (8, "R8"), (9, "R9"), (10, "R10"), (11, "R11"), (12, "R12"), (13, "R13"), (14, "R14"), (15, "R15"),
        ]
        where general[index] != 0 { found.append(name) }
        if general[4] > 0xff { found.append("RSI") }
        if general[6] != HOSTILE_RBP { found.append("RBP") }
        if r.flags & 0x40500 != 0 { found.append("DF, AC or TF") }
        if extended[160..<416].contains(where: { $0 != 0 }) { found.append("XMM") }
        if extended[4] != 0 { found.append("x87") }
        if extended[0..<2] != [0x7f, 0x03] || extended[24..<28] != [0x80, 0x1f, 0, 0] { found.append("MXCSR or the x87 word") }
        return found
    }

    private func execute(_ leaf: Int, _ reason: UInt64, _ area: UInt64, _ rdx: UInt64) -> Outcome {
        registers.pointee.leaf = UInt64(leaf)
        registers.pointee.rdi = reason
        registers.pointee.rsi = area
        registers.pointee.rdx = rdx
        registers.pointee.r8 = .max
        registers.pointee.r9 = .max
        hostile_enclu(registers)
        let general = registers.pointee.general
        switch registers.pointee.outcome {
        case UInt64(HOSTILE_EXITED.rawValue): return .exited(ExitReason(rawValue: general.5), value: general.4)
        case UInt64(HOSTILE_INTERRUPTED.rawValue): return .interrupted(hostile_last_signal())
        default: return .faulted
        }
    }
}
