/// Makes sequences that reach deep: it follows the model, so that most steps are about something that is there.
struct OperationGenerator {
    var random: RandomNumbers
    var machine: Machine
    let layout: Layout
    private(set) var operations: [Operation] = []
    /// Pages that most steps are about, so that one page goes through many states.
    private(set) var favourites: [Int] = []

    static func sequence(seed: UInt64, layout: Layout) -> [Operation] {
        var generator = OperationGenerator(
            random: RandomNumbers(seed: seed), machine: Machine(signed: layout.additions), layout: layout)
        generator.chooseFavourites()
        generator.build()
        generator.mapAll()
        for _ in 0..<12 + generator.random.below(29) { generator.take(generator.next()) }
        generator.take(.leave)
        return generator.operations
    }

    private mutating func chooseFavourites() {
        favourites = [Layout.empty, Layout.empty, Layout.data, Layout.seeds].map { $0.lowerBound + random.below($0.count) }
    }

    mutating func take(_ operation: Operation) {
        operations.append(operation)
        _ = machine.apply(operation)
    }

    /// The additions of the layout, with others between them that must be refused, and what comes too early.
    private mutating func build() {
        let early = random.chance(30)
        if early, random.chance(30) { take(.map(UInt64(Layout.data.lowerBound) * 4096, 12 * 4096, rights())) }
        for addition in layout.additions {
            if early, random.chance(20) { take(premature()) }
            take(.add(addition))
        }
        if random.chance(5), let again = layout.additions.randomElement(using: &random) { take(.add(again)) }
        if random.chance(2), let more = hostileAddition() { take(.add(more)) }
        take(.initialise)
    }

    private mutating func premature() -> Operation {
        let page = UInt64(random.below(Machine.pageCount)) * 4096
        switch random.below(8) {
        case 0: return .initialise
        case 1: return .enter(page, .nothing)
        case 2: return .restrict(page, 4096, .read)
        case 3: return .retype(page, 4096, 4)
        case 4: return .remove(page, 4096)
        case 5: return .map(page, 4096, rights())
        case 6: return .resume(page)
        default: return hostileAddition().map { .add($0) } ?? .initialise
        }
    }

    /// One that breaks a rule of the driver, so that it changes nothing.
    private mutating func hostileAddition() -> Addition? {
        var addition = Addition(offset: UInt64(random.below(64)) * 4096, pages: 1, flags: 0x203, contents: .zero)
        switch random.below(9) {
        case 0: addition.offset += 1 + UInt64(random.below(4095))
        case 1: addition.offset = Machine.size
        case 2: (addition.offset, addition.pages) = (Machine.size - 4096, 2)
        case 3: addition.offset = .max - 4095
        case 4: addition.flags = 0x202
        case 5: addition.flags = UInt64([0, 3, 4, 5, 6].randomElement(using: &random) ?? 0) << 8 | 1
        case 6: addition.flags |= 8 << UInt64(random.below(5))
        case 7: addition.flags = 0x101
        default: addition.flags |= 1 << UInt64(16 + random.below(48))
        }
        if addition.flags >> 8 & 0xff == 1 { addition.contents = .threadControl(ThreadControl(firstFrame: 12, frames: 1)) }
        return addition
    }

    /// As a loader does it: every page with what it was added with, the empty ones with everything.
    ///
    /// Some keep what was mapped before the pages were there, and leave one out.
    private mutating func mapAll() {
        let keeps = random.chance(50)
        let before = machine.mappings
        func wanted(_ page: Int) -> Rights? { keeps && before[page] != nil ? nil : machine.pages[page]?.most ?? .all }
        var start = 0
        while start < Machine.pageCount {
            let rights = wanted(start)
            var end = start + 1
            while end < Machine.pageCount, wanted(end) == rights { end += 1 }
            if let rights { take(.map(UInt64(start) * 4096, UInt64(end - start) * 4096, rights)) }
            start = end
        }
        if random.chance(20) { take(.map(UInt64(Layout.empty.lowerBound) * 4096, 8 * 4096, rights())) }
        if random.chance(20) { take(.unmap(UInt64(favourites[random.below(favourites.count)]) * 4096, 4096)) }
    }

    mutating func rights() -> Rights { random.pick([[], .read, .readWrite, .readExecute, .all], or: .all) }
}
