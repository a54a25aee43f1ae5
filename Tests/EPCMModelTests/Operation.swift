/// One step of a sequence; offsets and lengths are in bytes and may be hostile.
enum Operation: Equatable {
    case add(Addition)
    /// EINIT with the signature of the layout.
    case initialise
    case map(UInt64, UInt64, Rights)
    case unmap(UInt64, UInt64)
    case restrict(UInt64, UInt64, Rights)
    case retype(UInt64, UInt64, UInt8)
    case remove(UInt64, UInt64)
    case augment(UInt64)
    case enter(UInt64, Command)
    case resume(UInt64)
    /// Another thread enters and stays.
    case stay(UInt64)
    case leave

    var text: String {
        func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
        return switch self {
        case .add(let addition): "add \(addition.text)"
        case .initialise: "initialise"
        case .map(let offset, let length, let rights): "map \(hex(offset))+\(hex(length)) \(rights)"
        case .unmap(let offset, let length): "unmap \(hex(offset))+\(hex(length))"
        case .restrict(let offset, let length, let rights): "restrict \(hex(offset))+\(hex(length)) \(rights)"
        case .retype(let offset, let length, let type): "modify type \(hex(offset))+\(hex(length)) to \(type)"
        case .remove(let offset, let length): "remove \(hex(offset))+\(hex(length))"
        case .augment(let offset): "augment \(hex(offset))"
        case .enter(let tcs, let command): "enter \(hex(tcs)): \(command)"
        case .resume(let tcs): "resume \(hex(tcs))"
        case .stay(let tcs): "another thread enters \(hex(tcs)) and stays"
        case .leave: "the other thread leaves"
        }
    }
}

/// Pages given to EADD together.
struct Addition: Equatable {
    var offset: UInt64
    var pages: Int
    /// SECINFO.FLAGS.
    var flags: UInt64
    var contents: ModelPage.Contents
    var measured = false

    var text: String {
        "0x\(String(offset, radix: 16)), \(pages) pages, SECINFO 0x\(String(flags, radix: 16))\(measured ? ", measured" : "")"
    }
}
