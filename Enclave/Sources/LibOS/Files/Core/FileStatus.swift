/// What `stat` tells of a file, independent of the structure it is written to.
struct FileStatus {
    var device: UInt64 = 0
    var number: UInt64 = 0
    /// Type and permission bits.
    var mode: UInt32 = 0
    var links: UInt32 = 1
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    /// The device a device node stands for, as `makedev` packs it.
    var represents: UInt64 = 0
    var size: UInt64 = 0
    var blockSize: UInt32 = 4096
    /// In units of 512 bytes.
    var blocks: UInt64 = 0
    var accessed = FileTime(seconds: 0, nanoseconds: 0)
    var modified = FileTime(seconds: 0, nanoseconds: 0)
    var changed = FileTime(seconds: 0, nanoseconds: 0)
    /// `nil` where nobody knows.
    var born: FileTime?

    var kind: FileKind { FileKind(bits: mode) }
}

/// The device numbers of Linux, packed as the C library does.
enum DeviceNumber {
    static func pack(_ major: UInt32, _ minor: UInt32) -> UInt64 {
        let high = (UInt64(major) & 0xffff_f000) << 32 | (UInt64(minor) & 0xffff_ff00) << 12
        return high | (UInt64(major) & 0xfff) << 8 | UInt64(minor) & 0xff
    }

    static func major(_ device: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: device >> 32 & 0xffff_f000 | device >> 8 & 0xfff)
    }

    static func minor(_ device: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: device >> 12 & 0xffff_ff00 | device & 0xff)
    }
}
