/// What the host says about a file of an untrusted mount.
///
/// Nothing of it is believed: it is only made sure that a program sees values that Linux could have given.
public struct UntrustedStatus: Equatable, Sendable {
    public static let byteCount = 96
    /// st_mode, type and permission bits.
    public var mode: UInt32
    public var links: UInt32
    public var uid: UInt32
    public var gid: UInt32
    public var number: UInt64
    public var size: UInt64
    /// In units of 512 bytes.
    public var blocks: UInt64
    /// Seconds and nanoseconds of last access, modification and change.
    public var times: [(seconds: Int64, nanoseconds: UInt32)]

    public init(
        mode: UInt32, links: UInt32, uid: UInt32, gid: UInt32, number: UInt64, size: UInt64, blocks: UInt64,
        times: [(seconds: Int64, nanoseconds: UInt32)]
    ) {
        self.mode = mode
        self.links = links
        self.uid = uid
        self.gid = gid
        self.number = number
        self.size = size
        self.blocks = blocks
        self.times = times
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        for value in [mode, links, uid, gid] { writer.u32(value) }
        for value in [number, size, blocks] { writer.u64(value) }
        for time in times {
            writer.u64(UInt64(bitPattern: time.seconds))
            writer.u64(UInt64(time.nanoseconds))
        }
        writer.raw([UInt8](repeating: 0, count: Self.byteCount - writer.bytes.count))
        return writer.bytes
    }

    /// Refuses what no file has: a size beyond 63 bits, a second of more than 10⁹ nanoseconds, an unknown type.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        mode = try reader.u32()
        links = try reader.u32()
        uid = try reader.u32()
        gid = try reader.u32()
        number = try reader.u64()
        size = try reader.u64()
        blocks = try reader.u64()
        times = []
        for _ in 0..<3 {
            let seconds = try reader.i64()
            let nanoseconds = try reader.u64()
            guard nanoseconds < 1_000_000_000 else { throw .badValue }
            times.append((seconds, UInt32(nanoseconds)))
        }
        guard size <= UInt64(Int64.max), blocks <= UInt64(Int64.max), Self.types.contains(mode & 0o170000) else { throw .badValue }
    }

    /// FIFO, character device, directory, block device, file, link, socket.
    private static let types: [UInt32] = [0o010000, 0o020000, 0o040000, 0o060000, 0o100000, 0o120000, 0o140000]

    public static func == (a: UntrustedStatus, b: UntrustedStatus) -> Bool { a.encoded() == b.encoded() }
}

/// One name in a directory of an untrusted mount: u64 place of the next one, u64 file number, u8 DT_* type, u8 length, name.
public struct UntrustedEntry: Equatable, Sendable {
    public var next: UInt64
    public var number: UInt64
    public var type: UInt8
    public var name: [UInt8]

    public init(next: UInt64, number: UInt64, type: UInt8, name: [UInt8]) {
        self.next = next
        self.number = number
        self.type = type
        self.name = name
    }

    public func encode(into writer: inout ByteWriter) {
        writer.u64(next)
        writer.u64(number)
        writer.u8(type)
        writer.u8(UInt8(name.count))
        writer.raw(name)
    }

    /// Refuses names that no directory can hold.
    public init(from reader: inout ByteReader) throws(WireError) {
        next = try reader.u64()
        number = try reader.u64()
        type = try reader.u8()
        name = try reader.take(Int(try reader.u8()))
        guard !name.isEmpty, !name.contains(0), !name.contains(0x2f), name != [0x2e], name != [0x2e, 0x2e], type <= 12 else {
            throw .badValue
        }
    }
}

/// What the enclave asks to be changed in an untrusted mount; numbered for all time.
public enum UntrustedChange: UInt64, Sendable {
    /// With the number as mode.
    case makeDirectory = 0
    case remove = 1
    case removeDirectory = 2
    /// To the path that follows, with the number as RENAME_* flags.
    case rename = 3
    /// A symbolic link; what follows is where it leads.
    case makeLink = 4
    /// A further name: the path that follows.
    case addLink = 5
    case setMode = 6
    /// The number is the uid and above 32 bits the gid; all ones leave one as it is.
    case setOwner = 7
    /// Two pairs of u64 seconds and u64 nanoseconds follow, the latter with UTIME_OMIT.
    case setTimes = 8
    /// The number is the new size.
    case truncate = 9

    /// Whether it can be done to an open file.
    public var isOfAttributes: Bool { self == .setMode || self == .setOwner || self == .setTimes }
}
