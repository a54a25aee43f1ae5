/// What is known of a register at one place of a function.
enum RegisterValue: Equatable {
    case unknown
    case constant(UInt64)
    /// What the register of this number held when the function was entered.
    case argument(Int)
}

/// The sixteen general registers at one place; `nil` while no way to the place has been seen.
struct RegisterState: Equatable {
    private var values: [RegisterValue]

    /// At the entry of a function: every register is what the caller put there.
    static let entry = RegisterState(values: (0..<16).map { .argument($0) })
    static let nothing = RegisterState(values: [RegisterValue](repeating: .unknown, count: 16))

    subscript(_ register: Int) -> RegisterValue {
        get { values[register] }
        set { values[register] = newValue }
    }

    /// What holds whichever of two ways led here; true when that is less than before.
    mutating func meet(_ other: RegisterState) -> Bool {
        var changed = false
        for index in values.indices where values[index] != other.values[index] && values[index] != .unknown {
            values[index] = .unknown
            changed = true
        }
        return changed
    }

    /// A call keeps what the ABI says it keeps.
    mutating func afterCall() {
        for register in [0, 1, 2, 6, 7, 8, 9, 10, 11] { values[register] = .unknown }
    }
}
