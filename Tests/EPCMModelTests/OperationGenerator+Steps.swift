/// Steps of a running enclave.
extension OperationGenerator {
    mutating func next() -> Operation {
        if machine.stay != nil, random.chance(25) { return .leave }
        // A page whose TCS another thread is in must not go.
        if machine.stay == nil, random.chance(35) { return live(favourites[0]) }
        switch random.below(100) {
        case 0..<24: return .enter(threadControl(), leaf())
        case 24..<30: return .enter(threadControl(), pageLoop())
        case 30..<48: return .enter(threadControl(), access())
        case 48..<54: return .enter(threadControl(), .nothing)
        case 54..<57: return .enter(threadControl(), random.chance(50) ? .undefined : .divide)
        case 57..<63: return .resume(threadControl())
        case 63..<69: return frame()
        case 69..<75: return ranged { .restrict($0, $1, $2) }
        case 75..<83: return retype()
        case 83..<88: return remove()
        case 88..<90: return .augment(page { $0 == nil })
        case 90..<94: return ranged { .map($0, $1, $2) }
        case 94..<95: return ranged { offset, length, _ in .unmap(offset, length) }
        case 95..<96: return random.chance(50) ? .initialise : .add(layout.additions[0])
        case 96..<98: return .enter(hostileAddress(), .nothing)
        default:
            // It keeps a processor busy, so it is rare and short.
            if machine.stay != nil { return .leave }
            return random.chance(40) ? .stay(threadControl()) : .resume(threadControl())
        }
    }

    /// The TCS of an entry: one that is there, but not where another thread needs its frames.
    mutating func threadControl() -> UInt64 {
        let busy = machine.stay.flatMap { Self.frames(of: machine.pages[$0.tcs]) }
        func suits(_ found: ModelPage?) -> Bool {
            found?.isActive == true || busy == nil || Self.frames(of: found) != busy
        }
        let address = page { $0?.kind == .threadControl && suits($0) }
        return suits(machine.pages[Int(address / 4096)]) ? address : UInt64(Layout.data.lowerBound) * 4096
    }

    private static func frames(of page: ModelPage?) -> UInt64? {
        guard let page, page.kind == .threadControl, case .threadControl(let fields) = page.contents else { return nil }
        return fields.ossa
    }

    /// Mostly a page that suits; the rest of the time any.
    private mutating func page(_ suits: (ModelPage?) -> Bool) -> UInt64 {
        let favourite = favourites[random.below(favourites.count)]
        if random.chance(60), suits(machine.pages[favourite]) { return UInt64(favourite) * 4096 }
        let number = random.below(Machine.pageCount)
        guard random.chance(92) else { return UInt64(number) * 4096 }
        for step in 0..<Machine.pageCount {
            let candidate = (number + step) % Machine.pageCount
            if suits(machine.pages[candidate]) { return UInt64(candidate) * 4096 }
        }
        return UInt64(number) * 4096
    }

    private mutating func hostileAddress() -> UInt64 {
        let odd = UInt64(random.below(Machine.pageCount)) * 4096 + 64
        let addresses: [UInt64] = [Machine.size, 0xffff_ffff_ffff_f000, 0x8001, 0x8800, odd, Machine.size + 4096]
        return random.pick(addresses, or: odd)
    }

    private mutating func access() -> Command {
        let address = random.chance(30) ? page { $0?.isStable == false } : page { $0?.contents == .zero }
        switch random.below(5) {
        case 0, 1: return .read(address + Command.byteOffset)
        case 2, 3: return .write(address + Command.byteOffset)
        default: return .execute(page: address)
        }
    }

    /// A handler's work at a frame, or its look at it.
    private mutating func frame() -> Operation {
        let address = page { $0?.frame != nil }
        guard machine.pages[Int(address / 4096)]?.frame != nil else { return .resume(threadControl()) }
        return .enter(
            threadControl(),
            random.chance(40) ? .inspect(frame: address + Command.savedInformation) : .repair(frame: address + Command.savedRIP))
    }

    private mutating func leaf() -> Command {
        switch random.below(100) {
        case 0..<65:
            let target = page { $0 == nil || $0?.isStable == false || $0?.restricted == true }
            return operands(5, target, wanted(machine.pages[Int(target / 4096)]))
        case 65..<80:
            return operands(6, page { $0?.kind == .regular && $0?.isStable == true }, 0x200 | UInt64(rights().rawValue))
        case 80..<96:
            return operands(7, page { $0 == nil || $0?.pending == true }, 0x200 | UInt64(rights().rawValue))
        default: return operands([2, 3, 9, 255].randomElement(using: &random) ?? 2, 0, 0)
        }
    }

    /// A leaf that is made for one page, for it and those behind it.
    private mutating func pageLoop() -> Command {
        let single = leaf()
        guard case .leaf(let leaf, let rbx, let rcx, let rdx) = single, Leaf(rawValue: leaf) != nil, leaf > 4 else { return single }
        return .leaves(
            PageLoop(
                leaf: leaf, rbx: rbx, rcx: rcx, rdx: rdx, stepsSource: random.chance(50), count: UInt64(1 + random.below(8))))
    }

    /// The request that would be granted.
    func wanted(_ page: ModelPage?) -> UInt64 {
        guard let page else { return 0x20b }
        let state: UInt64 = (page.pending ? 8 : 0) | (page.modified ? 16 : 0) | (page.restricted ? 32 : 0)
        return UInt64(page.kind.rawValue) << 8 | UInt64(page.rights.rawValue) | state
    }

    mutating func operands(_ leaf: UInt64, _ target: UInt64, _ wanted: UInt64) -> Command {
        var rbx = secinfo(random.chance(80) ? wanted : nil)
        var rcx = target
        var rdx = page { $0?.contents != .zero && $0?.kind == .regular && $0?.isStable == true }
        if random.chance(4) { rbx = UInt64(random.below(64)) * 4096 + UInt64(SecinfoTable.slots[random.below(10) + 20]) * 64 }
        if random.chance(2) { rbx &+= random.chance(50) ? 32 : Machine.size }
        if random.chance(2) { rcx &+= random.chance(50) ? 64 : Machine.size }
        if random.chance(2) { rdx &+= random.chance(50) ? 2048 : 0 &- Machine.size }
        return .leaf(leaf, rbx: rbx, rcx: rcx, rdx: rdx)
    }

    mutating func secinfo(_ flags: UInt64?) -> UInt64 {
        let start = random.below(SecinfoTable.entries.count)
        for step in 0..<SecinfoTable.entries.count {
            let index = (start + step) % SecinfoTable.entries.count
            guard flags == nil || SecinfoTable.entries[index].flags == flags, !opensExecuteOnly(index) else { continue }
            let slot = SecinfoTable.slots[index % SecinfoTable.slots.count]
            return UInt64(1 + index / SecinfoTable.slots.count) * 4096 + UInt64(slot) * 64
        }
        return 4096 + 16 * 64
    }

    /// Pages that are executable and not readable are left out: the host's page tables cannot say that.
    private func opensExecuteOnly(_ index: Int) -> Bool { SecinfoTable.entries[index].flags & 7 == 4 }

    private mutating func ranged(_ make: (UInt64, UInt64, Rights) -> Operation) -> Operation {
        var offset = page { $0 != nil }
        let frames = UInt64(Layout.threadControls.lowerBound) * 4096..<UInt64(Layout.data.lowerBound) * 4096
        if random.chance(70), offset < 4096 || frames.contains(offset) { offset = UInt64(32 + random.below(32)) * 4096 }
        var length = UInt64(random.chance(75) ? 1 : 2 + random.below(4)) * 4096
        if machine.stay != nil { (offset, length) = (max(offset, 32 * 4096), 4096) }
        if random.chance(2) { offset &+= random.chance(50) ? 512 : Machine.size }
        if random.chance(2) { length = random.pick([0, 100, .max - 4095, Machine.size + 4096], or: 0) }
        return make(offset, length, rights())
    }

    private mutating func retype() -> Operation {
        let fresh = random.chance(40) ? page { if case .threadControl = $0?.contents { true } else { false } } : nil
        let type: UInt8 = random.chance(50) ? 4 : random.chance(92) ? 1 : UInt8(random.below(8))
        guard let fresh, machine.stay == nil else { return ranged { offset, length, _ in .retype(offset, length, type) } }
        return .retype(fresh, 4096, type)
    }

    private mutating func remove() -> Operation {
        guard random.chance(70), machine.stay == nil else { return ranged { offset, length, _ in .remove(offset, length) } }
        return .remove(page { $0?.kind == .trimmed }, 4096)
    }
}
