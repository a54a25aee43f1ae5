/// One function, or a stretch of code nobody described: its system calls and what it leads to.
struct FunctionCode {
    let addresses: Range<UInt64>
    /// At each site what is known of RAX.
    private(set) var numbers: [RegisterValue] = []
    /// Functions it calls, jumps to or takes the address of, with the registers at the place.
    private(set) var references: [(target: UInt64, state: RegisterState)] = []
    /// The same through words that a loader fills in.
    private(set) var indirect: [(pointer: UInt64, state: RegisterState)] = []
    private var steps: [CodeStep] = []
    private var states: [RegisterState?] = []

    init(_ addresses: Range<UInt64>, _ bytes: UnsafeRawBufferPointer, decoder: inout StepDecoder) {
        self.addresses = addresses
        var address = addresses.lowerBound
        while address < addresses.upperBound {
            let place = Int(address - addresses.lowerBound)
            guard let step = decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[place...]), at: address) else {
                address += 1
                continue
            }
            steps.append(step)
            address = step.next
        }
        follow()
        collect()
        steps = []
        states = []
    }

    private func index(_ address: UInt64) -> Int? {
        guard addresses.contains(address) else { return nil }
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].address < address { low = middle + 1 } else { high = middle }
        }
        return low < steps.count && steps[low].address == address ? low : nil
    }

    /// Carries register states along all ways until nothing changes; code no way was found to, but for padding,
    /// begins with nothing known.
    private mutating func follow() {
        states = [RegisterState?](repeating: nil, count: steps.count)
        guard !steps.isEmpty else { return }
        states[0] = .entry
        var work = [0]
        var unseen = 0
        while true {
            while let place = work.popLast() { advance(place, &work) }
            while unseen < states.count, states[unseen] != nil || steps[unseen].isPadding { unseen += 1 }
            guard unseen < states.count else { return }
            states[unseen] = .nothing
            work = [unseen]
        }
    }

    private mutating func advance(_ place: Int, _ work: inout [Int]) {
        guard var state = states[place] else { return }
        var goesOn = true
        var target: UInt64?
        switch steps[place].effect {
        case .none: break
        case .set(let register, let value): state[register] = .constant(value)
        case .copy(let to, let from): state[to] = state[from]
        case .address(_, let register): state[register] = .unknown
        case .clobber(let mask): for register in 0..<16 where mask >> UInt16(register) & 1 != 0 { state[register] = .unknown }
        case .systemCall: for register in [0, 1, 11] { state[register] = .unknown }
        case .call, .callThrough, .callUnknown: state.afterCall()
        case .branch(let address): target = address
        case .jump(let address):
            target = address
            goesOn = false
        case .jumpThrough, .end: goesOn = false
        }
        if goesOn { reach(place + 1, state, &work) }
        if let target, let index = index(target) { reach(index, state, &work) }
    }

    private mutating func reach(_ place: Int, _ state: RegisterState, _ work: inout [Int]) {
        guard place < steps.count else { return }
        if states[place] == nil {
            states[place] = state
            work.append(place)
        } else if states[place]?.meet(state) == true {
            work.append(place)
        }
    }

    private mutating func collect() {
        for (place, step) in steps.enumerated() {
            let state = states[place] ?? .nothing
            switch step.effect {
            case .systemCall: numbers.append(state[0])
            case .call(let target): references.append((target, state))
            case .jump(let target), .branch(let target):
                if !addresses.contains(target) { references.append((target, state)) }
            case .address(let target, _): references.append((target, .nothing))
            case .callThrough(let pointer), .jumpThrough(let pointer): indirect.append((pointer, state))
            default: break
            }
        }
    }
}
