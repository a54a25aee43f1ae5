import Wire

/// What a volume keeps of a file besides its names and its bytes.
///
/// Stored as 88 bytes: u32 mode, u32 links, u32 uid, u32 gid, u64 device, u64 size, u64 blocks, then four times i64 seconds and u32
/// nanoseconds (access, modification, change, birth).
public struct FileRecord: Equatable, Sendable {
    public static let byteCount = 88

    /// Type and permission bits.
    public var mode: UInt32
    public var links: UInt32 = 1
    public var uid: UInt32
    public var gid: UInt32
    /// What a device node stands for.
    public var represents: UInt64 = 0
    public var size: UInt64 = 0
    /// Stored blocks of 4096 bytes.
    public var blocks: UInt64 = 0
    public var accessed: Time
    public var modified: Time
    public var changed: Time
    public let born: Time

    public struct Time: Equatable, Sendable {
        public var seconds: Int64
        public var nanoseconds: UInt32
        public init(seconds: Int64, nanoseconds: UInt32) {
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
    }

    public init(mode: UInt32, uid: UInt32, gid: UInt32, time: Time) {
        self.mode = mode
        self.uid = uid
        self.gid = gid
        accessed = time
        modified = time
        changed = time
        born = time
    }

    public static let typeMask: UInt32 = 0o170000
    public static let directory: UInt32 = 0o040000
    public static let regular: UInt32 = 0o100000
    public static let link: UInt32 = 0o120000

    public var type: UInt32 { mode & Self.typeMask }
    public var isDirectory: Bool { type == Self.directory }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        for value in [mode, links, uid, gid] { writer.u32(value) }
        for value in [represents, size, blocks] { writer.u64(value) }
        for time in [accessed, modified, changed, born] {
            writer.i64(time.seconds)
            writer.u32(time.nanoseconds)
        }
        return writer.bytes
    }

    init?(decoding bytes: [UInt8]) {
        do throws(WireError) {
            var reader = ByteReader(bytes)
            mode = try reader.u32()
            links = try reader.u32()
            uid = try reader.u32()
            gid = try reader.u32()
            represents = try reader.u64()
            size = try reader.u64()
            blocks = try reader.u64()
            accessed = Time(seconds: try reader.i64(), nanoseconds: try reader.u32())
            modified = Time(seconds: try reader.i64(), nanoseconds: try reader.u32())
            changed = Time(seconds: try reader.i64(), nanoseconds: try reader.u32())
            born = Time(seconds: try reader.i64(), nanoseconds: try reader.u32())
            guard reader.remaining == 0, size <= UInt64(Int64.max) else { return nil }
        } catch { return nil }
    }
}
