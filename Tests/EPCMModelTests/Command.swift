/// What the code in the enclave does in one entry; addresses count from the enclave's base.
enum Command: Equatable, CustomStringConvertible {
    case leaf(UInt64, rbx: UInt64, rcx: UInt64, rdx: UInt64)
    /// The leaf in a loop over pages side by side, as far as it gives no code.
    case leaves(PageLoop)
    case read(UInt64)
    case write(UInt64)
    case execute(page: UInt64)
    case undefined
    /// Reads EXITINFO of a frame.
    case inspect(frame: UInt64)
    /// Lets a frame go on behind the command.
    case repair(frame: UInt64)
    case divide
    case nothing
    /// Stays inside until it is told to leave.
    case stay

    /// Where a byte of a page is read and written, and where it is executed; nothing else is ever there.
    static let byteOffset: UInt64 = 0x900
    /// What is written there.
    static let mark: UInt8 = 0xa5
    static let zerosOffset: UInt64 = 0x800
    /// Of GPRSGX in a frame of one page.
    static let registersOffset: UInt64 = 4096 - 184
    static let savedRIP: UInt64 = registersOffset + 136
    static let savedInformation: UInt64 = registersOffset + 160

    var description: String {
        func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
        return switch self {
        case .leaf(let leaf, let rbx, let rcx, let rdx):
            "ENCLU[\(Leaf(rawValue: leaf).map { "\($0)" } ?? "\(leaf)")] rbx=\(hex(rbx)) rcx=\(hex(rcx)) rdx=\(hex(rdx))"
        case .leaves(let loop): "\(loop.count) pages of \(Command.leaf(loop.leaf, rbx: loop.rbx, rcx: loop.rcx, rdx: loop.rdx))"
        case .read(let address): "read \(hex(address))"
        case .write(let address): "write \(hex(address))"
        case .execute(let page): "execute \(hex(page))"
        case .undefined: "ud2"
        case .inspect(let frame): "inspect frame \(hex(frame))"
        case .repair(let frame): "repair frame \(hex(frame))"
        case .divide: "divide by zero"
        case .nothing: "nothing"
        case .stay: "stay"
        }
    }
}

/// Leaves of ENCLU that an enclave may execute and the tests let it.
enum Leaf: UInt64 {
    case enter = 2, resume = 3, accept = 5, extend = 6, acceptCopy = 7
}
