/// Numbers that have names: one of several, bits, or both.
struct NamedNumber {
    /// Which bits are not flags but a choice, and its names.
    private let choiceMask: UInt64
    private let choices: [UInt64: String]
    private let bits: [(value: UInt64, name: String)]

    private init(mask: UInt64, choices: [UInt64: String], bits: [(value: UInt64, name: String)]) {
        choiceMask = mask
        self.choices = choices
        self.bits = bits
    }

    /// One of several.
    static func one(_ choices: [UInt64: String]) -> NamedNumber { NamedNumber(mask: 0xffff_ffff, choices: choices, bits: []) }

    /// Flags, with a name for none of them.
    static func flags(_ none: String, _ bits: [(value: UInt64, name: String)]) -> NamedNumber {
        NamedNumber(mask: 0, choices: [0: none], bits: bits)
    }

    /// A choice in some bits, flags in the others.
    static func mixed(_ mask: UInt64, _ choices: [UInt64: String], _ bits: [(value: UInt64, name: String)]) -> NamedNumber {
        NamedNumber(mask: mask, choices: choices, bits: bits)
    }

    func describe(_ value: UInt64) -> String {
        let number = value & 0xffff_ffff
        var words: [String] = []
        if choiceMask != 0 {
            let choice = number & choiceMask
            words.append(choices[choice] ?? (choice < 10 ? "\(choice)" : "0x" + String(choice, radix: 16)))
        }
        var rest = number & ~choiceMask
        for bit in bits where rest & bit.value == bit.value {
            words.append(bit.name)
            rest &= ~bit.value
        }
        if rest != 0 { words.append("0x" + String(rest, radix: 16)) }
        return words.isEmpty ? choices[0] ?? "0" : words.joined(separator: "|")
    }
}
