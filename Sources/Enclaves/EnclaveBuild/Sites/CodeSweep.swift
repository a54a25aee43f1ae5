import Wire

/// Decodes all code of a file: once to learn where jumps go, once more, where there are system calls, to plan their sites.
struct CodeSweep {
    private let code: [LoadedSection]
    private let data: [LoadedSection]
    private let functions: FrameDescriptions
    /// Where something may jump to, and where something certainly refers to as code.
    private var targets: AddressSet
    private var certain: AddressSet
    /// Where instructions begin when each section is decoded from its start, whatever its functions are.
    private var linear: AddressSet
    private var decoder = InstructionDecoder()
    /// System calls and CPUIDs decoded in functions, rewritable or not.
    private(set) var found = 0

    /// `nil` when the code lies further apart than any linker puts it: learning where jumps go would only cost memory.
    init?(code: [LoadedSection], data: [LoadedSection], functions: FrameDescriptions, entry: UInt64) {
        self.code = code
        self.data = data
        self.functions = functions
        let first = code.map(\.addresses.lowerBound).min() ?? 0
        let last = code.map(\.addresses.upperBound).max() ?? 0
        guard last - first <= 1 << 31 else { return nil }
        targets = AddressSet(in: first..<last)
        certain = targets
        linear = targets
        targets.insert(entry)
        for function in functions.ranges where !functions.trampolines.contains(function.lowerBound) {
            targets.insert(function.lowerBound)
        }
        for section in data { targets.insertWords(of: section.bytes) }
    }

    mutating func sites() -> [IndexSite] {
        var candidates: [(LoadedSection, CodeFragment)] = []
        for section in code {
            for fragment in CodeFragment.fragments(of: section.addresses, functions: functions) {
                learn(fragment, in: section)
                guard fragment.origin != .gap else { continue }
                let start = Int(fragment.addresses.lowerBound - section.addresses.lowerBound)
                if LoadedSection.mayHoldSites(section.bytes[start..<start + fragment.addresses.count]) {
                    candidates.append((section, fragment))
                }
            }
        }
        for section in code where section.mayHoldSites { sweep(section) }
        var sites: [IndexSite] = []
        for (section, fragment) in candidates {
            var plan = SitePlan(fragment, in: section, decoder: decoder)
            plan.choose(avoiding: targets, certain: certain, boundaries: linear)
            found += plan.found
            sites += plan.sites
        }
        return sites.sorted { $0.offset < $1.offset }
    }

    private mutating func sweep(_ section: LoadedSection) {
        section.bytes.withUnsafeBytes { bytes in
            var place = 0
            while place < bytes.count {
                linear.insert(section.addresses.lowerBound + UInt64(place))
                place += decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[place...]))?.length ?? 1
            }
        }
    }

    private mutating func learn(_ fragment: CodeFragment, in section: LoadedSection) {
        section.bytes.withUnsafeBytes { bytes in
            var address = fragment.addresses.lowerBound
            while address < fragment.addresses.upperBound {
                let place = Int(address - section.addresses.lowerBound)
                let end = Int(fragment.addresses.upperBound - section.addresses.lowerBound)
                guard let instruction = decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[place..<end])) else {
                    address += 1
                    continue
                }
                address += UInt64(instruction.length)
                if let immediate = instruction.immediate { targets.insert(immediate) }
                guard let relative = instruction.relative else { continue }
                let target = address &+ UInt64(bitPattern: relative)
                if instruction.role == .branch || instruction.role == .address {
                    targets.insert(target)
                    certain.insert(target)
                }
                guard instruction.role == .address else { continue }
                for table in data where table.addresses.contains(target) {
                    targets.insertTable(at: target, in: table.bytes, of: table.addresses.lowerBound)
                }
            }
        }
    }
}
