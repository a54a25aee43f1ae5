import Wire

/// What is said through a container's doorway, the socket by which others reach what its enclave holds.
///
/// A frame: u32 length of what follows, "INCLDOOR", u32 version, u32 minimum reader, u16 kind, u16 how many descriptors came with it, the
/// kind's own bytes. Integers are little-endian.
enum DoorwayMessage: Equatable, Sendable {
    /// To the enclave: a REPORT for this TARGETINFO over a hash of the nonce.
    case attest(targetInfo: [UInt8], nonce: [UInt8])
    /// To the enclave: a signal for the program.
    case kill(Int32)
    /// The answer to `attest`.
    case report([UInt8], isSimulated: Bool)
    /// The answer to `kill`: the program has it, or nothing in the enclave takes this one.
    case signalled(Bool)
    /// Instead of an answer: why there is none.
    case refused(String)

    /// "INCLDOOR", little-endian.
    static let magic: UInt64 = 0x524f_4f44_4c43_4e49
    static let version: UInt32 = 1
    static let minimumReader: UInt32 = 1
    /// A frame's length without the length itself.
    static let longest = 16 << 10
    static let headLength = 4

    private var kind: UInt16 {
        switch self {
        case .attest: 1
        case .kill: 2
        case .report: 3
        case .signalled: 4
        case .refused: 5
        }
    }

    /// The whole frame.
    func encoded(descriptors: Int = 0) -> [UInt8] {
        var w = ByteWriter()
        w.u64(Self.magic)
        w.u32(Self.version)
        w.u32(Self.minimumReader)
        w.u16(kind)
        w.u16(UInt16(descriptors))
        switch self {
        case .attest(let targetInfo, let nonce):
            w.counted(targetInfo)
            w.counted(nonce)
        case .kill(let signal): w.u32(UInt32(bitPattern: signal))
        case .report(let report, let isSimulated):
            w.counted(report)
            w.bool(isSimulated)
        case .signalled(let isTaken): w.bool(isTaken)
        case .refused(let reason): w.counted(Array(reason.utf8.prefix(4096)))
        }
        var head = ByteWriter()
        head.u32(UInt32(w.bytes.count))
        return head.bytes + w.bytes
    }

    /// The message of a frame without its length, and how many descriptors belong to it.
    static func decoded(_ frame: [UInt8]) throws(WireError) -> (message: DoorwayMessage, descriptors: Int) {
        guard frame.count <= longest else { throw .tooLong }
        var r = ByteReader(frame)
        guard try r.u64() == magic else { throw .badMagic }
        let version = try r.u32()
        guard version >= 1, try r.u32() <= Self.version else { throw .unknownVersion }
        let kind = try r.u16()
        let descriptors = Int(try r.u16())
        let message: DoorwayMessage
        switch kind {
        case 1: message = .attest(targetInfo: try r.bytes(limit: 512), nonce: try r.bytes(limit: 1024))
        case 2: message = .kill(Int32(bitPattern: try r.u32()))
        case 3: message = .report(try r.bytes(limit: 4096), isSimulated: try r.bool())
        case 4: message = .signalled(try r.bool())
        case 5: message = .refused(String(decoding: try r.bytes(limit: 4096), as: UTF8.self))
        default: throw .badValue
        }
        guard r.remaining == 0 else { throw .trailingBytes }
        return (message, descriptors)
    }
}
