/// `struct stat` of x86-64: 144 bytes, every field where C has it.
struct StatusRecord: BitwiseCopyable {
    var device: UInt64
    var number: UInt64
    var links: UInt64
    var mode: UInt32
    var uid: UInt32
    var gid: UInt32
    var padding: UInt32 = 0
    var represents: UInt64
    var size: UInt64
    var blockSize: UInt64
    var blocks: UInt64
    var accessed: TimeRecord
    var modified: TimeRecord
    var changed: TimeRecord
    var unused: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(_ status: FileStatus) {
        device = status.device
        number = status.number
        links = UInt64(status.links)
        mode = status.mode
        uid = status.uid
        gid = status.gid
        represents = status.represents
        size = status.size
        blockSize = UInt64(status.blockSize)
        blocks = status.blocks
        accessed = TimeRecord(status.accessed)
        modified = TimeRecord(status.modified)
        changed = TimeRecord(status.changed)
    }
}

/// `struct timespec` of x86-64.
struct TimeRecord: BitwiseCopyable {
    var seconds: Int64
    var nanoseconds: Int64

    init(_ time: FileTime) {
        seconds = time.seconds
        nanoseconds = Int64(time.nanoseconds)
    }
}
