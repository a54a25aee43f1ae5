/// One instruction of the kernel's BPF machine, for the few kinds that device programs are made of.
struct BPFInstruction: Equatable, Sendable {
    var code: UInt8
    var destination: UInt8 = 0
    var source: UInt8 = 0
    var offset: Int16 = 0
    var immediate: Int32 = 0

    /// The kernel's `struct bpf_insn`.
    var encoded: UInt64 {
        UInt64(code) | UInt64(destination | source << 4) << 8 | UInt64(UInt16(bitPattern: offset)) << 16
            | UInt64(UInt32(bitPattern: immediate)) << 32
    }

    // Opcodes: class, operation and whether the operand is a register (8) or the immediate (0).
    static let loadWord: UInt8 = 0x61
    static let moveImmediate: UInt8 = 0xb7
    static let moveRegister: UInt8 = 0xbf
    static let andImmediate: UInt8 = 0x57
    static let shiftRight: UInt8 = 0x77
    static let jumpIfEqual: UInt8 = 0x15
    static let jumpIfNotEqual: UInt8 = 0x55
    static let exit: UInt8 = 0x95

    static func load(_ register: UInt8, at offset: Int16) -> Self {
        Self(code: loadWord, destination: register, source: 1, offset: offset)
    }

    static func move(_ register: UInt8, _ value: Int32) -> Self {
        Self(code: moveImmediate, destination: register, immediate: value)
    }

    static func copy(_ register: UInt8, from source: UInt8) -> Self {
        Self(code: moveRegister, destination: register, source: source)
    }

    static func and(_ register: UInt8, _ mask: UInt32) -> Self {
        Self(code: andImmediate, destination: register, immediate: Int32(bitPattern: mask))
    }

    static func shiftRight(_ register: UInt8, by count: Int32) -> Self {
        Self(code: shiftRight, destination: register, immediate: count)
    }

    /// Skips `count` instructions when the register holds `value`.
    static func skip(_ count: Int, if register: UInt8, is value: UInt32) -> Self {
        Self(code: jumpIfEqual, destination: register, offset: Int16(count), immediate: Int32(bitPattern: value))
    }

    static func skip(_ count: Int, unless register: UInt8, is value: UInt32) -> Self {
        Self(code: jumpIfNotEqual, destination: register, offset: Int16(count), immediate: Int32(bitPattern: value))
    }

    static func end(returning value: Int32) -> [Self] {
        [move(0, value), Self(code: exit)]
    }
}
