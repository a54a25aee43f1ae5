/// SECINFO (SDM 35.9): rights, state and type of a page.
///
/// Wire: 64 bytes; flags u64 with the page type in bits 8 to 15, then zeros.
public struct SECINFO: Equatable, Hashable, Sendable {
    public static let byteCount = 64

    public var flags: Flags

    public init(_ flags: Flags) { self.flags = flags }

    public init(_ type: PageType, _ rights: Flags = []) {
        flags = rights.union(Flags(rawValue: UInt64(type.rawValue) << 8))
    }

    /// Thread control structures have no rights of their own.
    public static let tcs = SECINFO(.tcs)

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .secinfo, size: SECINFO.byteCount)
        try fields.requireZero(8..<64)
        let flags = Flags(rawValue: fields.u64(0))
        guard flags.rawValue >> 16 == 0, flags.rawValue & 0xc0 == 0 else { throw fields.badValue(0) }
        guard PageType(rawValue: UInt8(truncatingIfNeeded: flags.rawValue >> 8)) != nil else { throw fields.badValue(1) }
        self.flags = flags
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: SECINFO.byteCount)
        writer.put(flags.rawValue, at: 0)
        return writer.bytes
    }

    /// Nil for a type the SDM does not define.
    public var pageType: PageType? { PageType(rawValue: UInt8(truncatingIfNeeded: flags.rawValue >> 8)) }

    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        public static let read = Flags(rawValue: 1 << 0)
        public static let write = Flags(rawValue: 1 << 1)
        public static let execute = Flags(rawValue: 1 << 2)
        public static let pending = Flags(rawValue: 1 << 3)
        public static let modified = Flags(rawValue: 1 << 4)
        /// A permission restriction is under way.
        public static let restricted = Flags(rawValue: 1 << 5)
        public static let rights: Flags = [.read, .write, .execute]
    }

    public enum PageType: UInt8, Sendable {
        case secs = 0
        case tcs = 1
        case regular = 2
        case versionArray = 3
        case trimmed = 4
        case shadowStackFirst = 5
        case shadowStackRest = 6
    }
}
