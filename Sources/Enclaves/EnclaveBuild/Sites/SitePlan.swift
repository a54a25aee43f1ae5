import Wire

/// The sites of one fragment of code.
struct SitePlan {
    private struct Placed {
        let address: UInt64
        let instruction: Instruction
        var end: UInt64 { address + UInt64(instruction.length) }
    }

    private let section: LoadedSection
    private var decoder: InstructionDecoder
    private var instructions: [Placed] = []
    private var taken: [Range<UInt64>] = []
    private(set) var sites: [IndexSite] = []
    private(set) var found = 0

    /// Decodes the fragment; bytes that are no instruction mean that there is data among the code.
    ///
    /// Then nothing of a function is touched. In a section without descriptions decoding starts again behind such bytes, and sites
    /// keep a distance from them.
    init(_ fragment: CodeFragment, in section: LoadedSection, decoder: InstructionDecoder) {
        self.section = section
        self.decoder = decoder
        var clean = 0
        var address = fragment.addresses.lowerBound
        while address < fragment.addresses.upperBound {
            guard let instruction = decode(address, fragment.addresses.upperBound) else {
                instructions.removeLast(fragment.origin == .function ? instructions.count : min(clean, 16))
                clean = 0
                guard fragment.origin == .section else { return }
                address += 1
                continue
            }
            instructions.append(Placed(address: address, instruction: instruction))
            address += UInt64(instruction.length)
            clean += 1
        }
    }

    /// Moves that load the number come first, because nothing but the move is displaced there.
    ///
    /// - Parameter certain: the targets that are not guesses; one inside an instruction shows that decoding went astray.
    /// - Parameter boundaries: instruction starts as a second way of decoding finds them; where the two differ nothing is touched.
    mutating func choose(avoiding targets: AddressSet, certain: AddressSet, boundaries: AddressSet) {
        let calls = instructions.indices.filter {
            let instruction = instructions[$0].instruction
            return (instruction.role == .systemCall || instruction.role == .cpuid) && instruction.length == 2
        }
        found = calls.count
        var rest: [Int] = []
        for call in calls where isTrusted(call, certain, boundaries) {
            if !takeMove(before: call) { rest.append(call) }
        }
        for call in rest where !takeFollowing(call, targets) { takePreceding(call, targets) }
    }

    /// Whether both ways of decoding agree around the call and nothing jumps into the middle of an instruction there.
    private func isTrusted(_ call: Int, _ targets: AddressSet, _ boundaries: AddressSet) -> Bool {
        for index in max(0, call - 8)...min(instructions.count - 1, call + 4) {
            let start = instructions[index].address
            guard boundaries.contains(start) else { return false }
            // Compilers jump past a lock prefix where there is one thread only.
            let first = byte(start) == 0xf0 ? 2 : 1
            for place in stride(from: first, to: instructions[index].instruction.length, by: 1) {
                guard !targets.contains(start + UInt64(place)) else { return false }
            }
        }
        return true
    }

    private mutating func takeMove(before call: Int) -> Bool {
        guard instructions[call].instruction.role == .systemCall, call > 0 else { return false }
        let move = instructions[call - 1]
        guard move.instruction.length == 5, byte(move.address) == 0xb8, move.end == instructions[call].address else { return false }
        return take(.systemCallAfterMove, call - 1...call, call)
    }

    private mutating func takeFollowing(_ call: Int, _ targets: AddressSet) -> Bool {
        var last = call
        while instructions[last].end - instructions[call].address < 5 {
            guard last + 1 < instructions.count, instructions[last].end == instructions[last + 1].address else { return false }
            last += 1
            guard !targets.contains(instructions[last].address), isMovable(last) else { return false }
        }
        let isCall = instructions[call].instruction.role == .systemCall
        return take(isCall ? .systemCallBefore : .cpuidBefore, call...last, call)
    }

    private mutating func takePreceding(_ call: Int, _ targets: AddressSet) {
        var first = call
        while instructions[call].end - instructions[first].address < 5 {
            guard first > 0, instructions[first - 1].end == instructions[first].address else { return }
            guard !targets.contains(instructions[first].address) else { return }
            first -= 1
            guard isMovable(first) else { return }
        }
        let isCall = instructions[call].instruction.role == .systemCall
        _ = take(isCall ? .systemCallAfter : .cpuidAfter, first...call, call)
    }

    private mutating func take(_ kind: IndexSite.Kind, _ range: ClosedRange<Int>, _ call: Int) -> Bool {
        let start = instructions[range.lowerBound].address
        let addresses = start..<instructions[range.upperBound].end
        guard addresses.count <= 15, !taken.contains(where: { $0.overlaps(addresses) }) else { return false }
        let place = Int(start - section.addresses.lowerBound)
        guard let offset = UInt32(exactly: section.fileOffset + place) else { return false }
        taken.append(addresses)
        sites.append(
            IndexSite(
                offset: offset, kind: kind, length: UInt8(addresses.count),
                instructionOffset: UInt8(instructions[call].address - start), expected: section.bytes.u32(place)))
        return true
    }

    private func byte(_ address: UInt64) -> UInt8 { section.bytes[Int(address - section.addresses.lowerBound)] }

    private mutating func isMovable(_ index: Int) -> Bool {
        section.bytes.withUnsafeBytes { bytes in
            let range = self.places(instructions[index].address, instructions[index].end)
            return decoder.isMovable(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    private mutating func decode(_ from: UInt64, _ to: UInt64) -> Instruction? {
        section.bytes.withUnsafeBytes { decoder.decode(UnsafeRawBufferPointer(rebasing: $0[places(from, to)])) }
    }

    private func places(_ from: UInt64, _ to: UInt64) -> Range<Int> {
        Int(from - section.addresses.lowerBound)..<Int(to - section.addresses.lowerBound)
    }
}
