/// What an operation gave, in the model or on the processor.
enum Outcome: Equatable, CustomStringConvertible {
    /// Of the driver: errno or 0, the processor's code where it says so, bytes done.
    case driver(errno: Int32, code: UInt64 = 0, bytes: UInt64 = 0)
    /// EENTER or ERESUME itself raised the exception.
    case refused(vector: UInt16)
    /// An asynchronous exit.
    case exception(vector: UInt16, code: UInt16, page: UInt64)
    /// EEXIT: what the command gave, arithmetic flags as LAHF has them and OF, and the depth at the entry.
    case left(value: UInt64, flags: UInt64, depth: UInt64)
    case stays

    var description: String {
        switch self {
        case .driver(0, _, let bytes): bytes == 0 ? "done" : "done, \(bytes) bytes"
        case .driver(let errno, let code, let bytes): "errno \(errno), code \(code), \(bytes) bytes"
        case .refused(let vector): "refused with vector \(vector)"
        case .exception(let vector, let code, let page):
            "vector \(vector), code 0x\(String(code, radix: 16)), page 0x\(String(page, radix: 16))"
        case .left(let value, let flags, let depth):
            "left with 0x\(String(value, radix: 16)), flags 0x\(String(flags, radix: 16)), depth \(depth)"
        case .stays: "stays inside"
        }
    }

    /// The present bit of a fault that the EPCM had no part in says whether the host's kernel had filled the page in; no rule does.
    static func fault(_ code: UInt16, page: UInt64) -> Outcome {
        .exception(vector: 14, code: code & 0x8000 != 0 ? code : code & ~1, page: page)
    }
}
