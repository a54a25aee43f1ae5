/// `struct statx`: 256 bytes.
struct ExtendedStatusRecord: BitwiseCopyable {
    /// `struct statx_timestamp`: 16 bytes.
    struct Time: BitwiseCopyable {
        var seconds: Int64
        var nanoseconds: UInt32
        var padding: Int32 = 0
        init(_ time: FileTime) {
            seconds = time.seconds
            nanoseconds = time.nanoseconds
        }
    }

    private static let birth: UInt32 = 0x800

    /// STATX_BASIC_STATS and STATX_MNT_ID.
    var mask: UInt32 = 0x17ff
    var blockSize: UInt32
    var attributes: UInt64 = 0
    var links: UInt32
    var uid: UInt32
    var gid: UInt32
    var mode: UInt16
    var padding: UInt16 = 0
    var number: UInt64
    var size: UInt64
    var blocks: UInt64
    var attributesMask: UInt64 = 0
    var accessed: Time
    var born: Time
    var changed: Time
    var modified: Time
    var representsMajor: UInt32
    var representsMinor: UInt32
    var deviceMajor: UInt32
    var deviceMinor: UInt32
    var mount: UInt64
    var directAlignment: UInt64 = 0
    var spare: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    )

    init(_ status: FileStatus) {
        blockSize = status.blockSize
        links = status.links
        uid = status.uid
        gid = status.gid
        mode = UInt16(truncatingIfNeeded: status.mode)
        number = status.number
        size = status.size
        blocks = status.blocks
        accessed = Time(status.accessed)
        born = Time(status.born ?? FileTime(seconds: 0, nanoseconds: 0))
        if status.born != nil { mask |= Self.birth }
        changed = Time(status.changed)
        modified = Time(status.modified)
        representsMajor = DeviceNumber.major(status.represents)
        representsMinor = DeviceNumber.minor(status.represents)
        deviceMajor = DeviceNumber.major(status.device)
        deviceMinor = DeviceNumber.minor(status.device)
        mount = status.device
    }
}
