/// EENTER, ERESUME, EEXIT and the asynchronous exit.
extension Machine {
    private static let generalProtection: UInt16 = 13
    private static let pageFault: UInt16 = 14

    /// The common checks in the SDM's order; nil and the number of the frame's page when the entry may happen.
    private mutating func check(_ tcs: UInt64, resuming: Bool) -> (vector: UInt16?, frame: Int) {
        guard tcs % 4096 == 0 else { return (Machine.generalProtection, 0) }
        guard let number = Machine.page(tcs), translate(tcs, .readWrite) == nil, let page = pages[number],
            page.kind == .threadControl, page.isStable, case .threadControl(let fields) = page.contents
        else { return (Machine.pageFault, 0) }
        // STATE is listed last; but another thread in the TCS is as well what the check for concurrency is about, which is early.
        guard !page.isActive, fields.ossa % 4096 == 0, fields.ogsbase % 4096 == 0, fields.flags & ~ThreadControl.debugOptIn == 0,
            isInitialised,
            resuming ? page.depth > 0 : page.depth < fields.nssa
        else { return (Machine.generalProtection, 0) }
        let address = fields.ossa + 4096 * (resuming ? page.depth - 1 : page.depth)
        guard let frame = Machine.page(address), access(address, .readWrite) == nil else { return (Machine.pageFault, 0) }
        return (nil, frame)
    }

    mutating func enter(_ tcs: UInt64, _ command: Command) -> Outcome {
        let (vector, frame) = check(tcs, resuming: false)
        if let vector { return .refused(vector: vector) }
        // The host's stack pointer is put into the frame.
        pages[frame]?.isDirty = true
        let number = Int(tcs / 4096)
        return run(number, .entry(command), depth: pages[number]?.depth ?? 0)
    }

    mutating func resume(_ tcs: UInt64) -> Outcome {
        let (vector, number) = check(tcs, resuming: true)
        if let vector { return .refused(vector: vector) }
        guard let frame = pages[number]?.frame else {
            isUndefined = true
            return .stays
        }
        pages[number]?.isDirty = true
        pages[Int(tcs / 4096)]?.depth -= 1
        return run(Int(tcs / 4096), frame.place, depth: frame.depth)
    }

    mutating func startStay(_ tcs: UInt64) -> Outcome {
        guard stay == nil else {
            isUndefined = true
            return .stays
        }
        let outcome = enter(tcs, .stay)
        if outcome == .stays {
            let number = Int(tcs / 4096)
            stay = (number, pages[number]?.depth ?? 0)
            pages[number]?.isActive = true
        }
        return outcome
    }

    mutating func leave() -> Outcome {
        guard let (tcs, depth) = stay else { return .driver(errno: 0) }
        pages[tcs]?.isActive = false
        stay = nil
        // Its code reads the host's stack pointer from its frame: where that was taken from it meanwhile, no manual says where its state goes.
        if case .threadControl(let fields) = pages[tcs]?.contents, access(fields.ossa + depth * 4096, .read) != nil {
            isUndefined = true
        }
        return .left(value: 0, flags: 0, depth: depth)
    }

    /// The code of the enclave, from a place on to its exit.
    private mutating func run(_ tcs: Int, _ start: Frame.Place, depth: UInt64) -> Outcome {
        if case .zeros(let page) = start { return runZeros(tcs, page, depth) }
        if let fault = access(0, .execute) { return exit(tcs, start, depth, fault) }
        switch start {
        case .entry(let command), .command(let command): return run(tcs, command, depth)
        case .repaired, .zeros: return .left(value: 0xf1, flags: 0, depth: depth)
        }
    }

    private mutating func runZeros(_ tcs: Int, _ page: UInt64, _ depth: UInt64) -> Outcome {
        let fault = access(page + Command.zerosOffset, .execute)
        return exit(tcs, .zeros(page: page), depth, fault ?? .exception(vector: Machine.generalProtection, code: 0, page: 0))
    }

    private mutating func run(_ tcs: Int, _ command: Command, _ depth: UInt64) -> Outcome {
        func left(_ value: UInt64 = 0, _ flags: UInt64 = 0) -> Outcome { .left(value: value, flags: flags, depth: depth) }
        var fault: Outcome?
        switch command {
        case .nothing: return left()
        case .stay: return .stays
        case .undefined: fault = .exception(vector: 6, code: 0, page: 0)
        case .divide: fault = .exception(vector: 0, code: 0, page: 0)
        case .execute(let page): return runZeros(tcs, page, depth)
        case .read(let address):
            fault = access(address, .read)
            if fault == nil { return left(pages[Int(address / 4096)]?.isWritten == true ? UInt64(Command.mark) : 0) }
        case .write(let address):
            fault = access(address, .write)
            if fault == nil {
                pages[Int(address / 4096)]?.isDirty = true
                pages[Int(address / 4096)]?.isWritten = true
                return left()
            }
        case .inspect(let address):
            fault = access(address, .read)
            if fault == nil { return inspect(address, depth) }
        case .repair(let address):
            fault = access(address, .write)
            if fault == nil {
                repair(address)
                return left()
            }
        case .leaf(let leaf, let rbx, let rcx, let rdx):
            switch execute(leaf, rbx, rcx, rdx) {
            case .value(let value, let flags): return left(value, flags)
            case .fault(let outcome): fault = outcome
            }
        case .leaves(let loop): return run(tcs, loop, depth)
        }
        return exit(tcs, .command(command), depth, fault ?? .stays)
    }

    /// An exception leaves the loop at its page, where a resumption goes on.
    private mutating func run(_ tcs: Int, _ start: PageLoop, _ depth: UInt64) -> Outcome {
        var loop = start
        while true {
            switch execute(loop.leaf, loop.rbx, loop.rcx, loop.rdx) {
            case .fault(let outcome): return exit(tcs, .command(.leaves(loop)), depth, outcome)
            case .value(let value, let flags):
                if flags == Machine.flagsZero { return .left(value: value | loop.count << 32, flags: flags, depth: depth) }
                loop.advance()
                if loop.count == 0 { return .left(value: value, flags: flags, depth: depth) }
            }
        }
    }

    private mutating func inspect(_ address: UInt64, _ depth: UInt64) -> Outcome {
        guard let frame = pages[Int(address / 4096)]?.frame else {
            isUndefined = true
            return .stays
        }
        return .left(value: UInt64(frame.information), flags: 0, depth: depth)
    }

    private mutating func repair(_ address: UInt64) {
        let number = Int(address / 4096)
        if pages[number]?.frame == nil { isUndefined = true }
        pages[number]?.frame?.place = .repaired
        pages[number]?.isDirty = true
    }

    /// The asynchronous exit: state into the frame, one frame deeper.
    private mutating func exit(_ tcs: Int, _ place: Frame.Place, _ depth: UInt64, _ outcome: Outcome) -> Outcome {
        guard let page = pages[tcs], case .threadControl(let fields) = page.contents,
            case .exception(let vector, let code, let fault) = outcome
        else {
            isUndefined = true
            return outcome
        }
        let area = Int(fields.ossa / 4096 + page.depth)
        // Vector, type 3 for hardware, valid; #PF and #GP are told because MISCSELECT has EXINFO.
        pages[area]?.frame = Frame(
            place: place, depth: depth, information: 1 << 31 | 3 << 8 | UInt32(vector), address: fault, code: UInt32(code))
        pages[area]?.isDirty = true
        pages[tcs]?.depth += 1
        return outcome
    }
}
