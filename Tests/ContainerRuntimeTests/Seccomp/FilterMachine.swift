/// Runs classic BPF of a filter of system calls, as the kernel does.
struct FilterMachine {
    static let allowed: UInt32 = 0x7fff_0000
    static func refused(_ code: UInt32) -> UInt32 { 0x0005_0000 | code }

    /// struct seccomp_data in words of 32 bits.
    private let data: [UInt32]
    private let program: [UInt8]

    init(_ program: [UInt8], call: UInt32, architecture: UInt32 = 0xc000_003e, arguments: [UInt64] = []) {
        self.program = program
        let padded = arguments + Array(repeating: 0, count: 6 - arguments.count)
        data = [call, architecture, 0, 0] + padded.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32($0 >> 32)] }
    }

    /// `nil`: it leaves its program, or has an instruction that is not expected.
    func run() -> UInt32? {
        var accumulator: UInt32 = 0
        var position = 0
        while position * 8 < program.count {
            let at = position * 8
            let code = UInt16(program[at]) | UInt16(program[at + 1]) << 8
            let (then, otherwise) = (Int(program[at + 2]), Int(program[at + 3]))
            let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(program[at + 4 + $1]) << UInt32(8 * $1) }
            position += 1
            switch code {
            case 0x20: accumulator = data[Int(value) / 4]
            case 0x54: accumulator &= value
            case 0x05: position += Int(value)
            case 0x15: position += accumulator == value ? then : otherwise
            case 0x25: position += accumulator > value ? then : otherwise
            case 0x35: position += accumulator >= value ? then : otherwise
            case 0x45: position += accumulator & value != 0 ? then : otherwise
            case 0x06: return value
            default: return nil
            }
        }
        return nil
    }
}
