/// The life of one page, from its addition to its removal and on: chance alone hardly ever takes all the steps.
extension OperationGenerator {
    /// What brings the page one station further.
    mutating func live(_ number: Int) -> Operation {
        let address = UInt64(number) * 4096
        guard let page = machine.pages[number] else {
            return random.chance(50) ? .augment(address) : .enter(threadControl(), .read(address + Command.byteOffset))
        }
        if page.pending, random.chance(40) {
            let seed = UInt64(Layout.seeds.lowerBound) * 4096
            return .enter(threadControl(), .leaf(7, rbx: secinfo(0x203), rcx: address, rdx: seed))
        }
        if !page.isStable || (page.restricted && random.chance(80)) {
            return .enter(threadControl(), operands(5, address, wanted(page)))
        }
        return switch page.kind {
        case .trimmed: .remove(address, 4096)
        case .threadControl: random.chance(60) ? .enter(address, random.chance(50) ? .divide : .nothing) : .retype(address, 4096, 4)
        default: use(page, address)
        }
    }

    private mutating func use(_ page: ModelPage, _ address: UInt64) -> Operation {
        switch random.below(8) {
        case 0: .restrict(address, 4096, rights())
        case 1, 2: .retype(address, 4096, 4)
        case 3 where !page.isDirty: .retype(address, 4096, 1)
        case 4 where !page.isWritten, 5 where !page.isWritten: .enter(threadControl(), .write(address + Command.byteOffset))
        default: .enter(threadControl(), .read(address + Command.byteOffset))
        }
    }
}
