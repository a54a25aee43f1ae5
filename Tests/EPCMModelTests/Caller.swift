import CSoftSGX

/// Puts commands into registers, and what comes back into the model's words; offsets become addresses here.
struct Caller {
    let base: UInt64

    /// EENTER or ERESUME by a TCS, with the registers that say what to do inside.
    func entry(_ tcs: UInt64, _ function: Int, _ command: Command) -> softsgx_entry {
        var entry = softsgx_entry()
        (entry.tcs, entry.function) = (base &+ tcs, UInt32(function))
        switch command {
        case .leaf(let leaf, let rbx, let rcx, let rdx):
            (entry.rdi, entry.rsi, entry.rdx, entry.r8, entry.r9) = (0, leaf, base &+ rbx, base &+ rcx, base &+ rdx)
        case .leaves(let loop):
            (entry.rdi, entry.rsi, entry.rdx) = (10, loop.request, base &+ loop.rbx)
            (entry.r8, entry.r9) = (base &+ loop.rcx, base &+ loop.rdx)
        case .read(let address): (entry.rdi, entry.rsi) = (1, base &+ address)
        case .write(let address): (entry.rdi, entry.rsi, entry.rdx) = (2, base &+ address, UInt64(Command.mark))
        case .execute(let page): (entry.rdi, entry.rsi) = (3, base &+ page &+ Command.zerosOffset)
        case .undefined: entry.rdi = 4
        case .inspect(let frame): (entry.rdi, entry.rsi) = (5, base &+ frame)
        case .repair(let frame): (entry.rdi, entry.rsi, entry.rdx) = (6, base &+ frame, base + ActingCode.repaired)
        case .stay: entry.rdi = 7
        case .divide: entry.rdi = 8
        case .nothing: entry.rdi = 9
        }
        return entry
    }

    /// What came back, in the model's words.
    func outcome(_ entry: softsgx_entry) -> Outcome {
        if entry.function == UInt32(SOFTSGX_EEXIT) {
            guard entry.rdi == ActingCode.mark else { return .left(value: entry.rdi, flags: .max, depth: .max) }
            // AF is undefined after the code's OR.
            return .left(value: entry.rsi, flags: entry.rdx & ~0x1000, depth: entry.r8)
        }
        // The leaf itself faulted: no instruction inside did.
        if entry.function == UInt32(SOFTSGX_EENTER) || entry.rip == 0 {
            return entry.vector == StayingThread.stays ? .stays : .refused(vector: entry.vector)
        }
        guard entry.vector == 14 else { return .exception(vector: entry.vector, code: entry.error_code, page: entry.address) }
        return .fault(entry.error_code, page: entry.address &- base)
    }
}
