/// `struct statfs` of x86-64: 120 bytes.
struct FileSystemRecord: BitwiseCopyable {
    var type: UInt64
    var blockSize: UInt64 = 4096
    var blocks: UInt64 = 0
    var freeBlocks: UInt64 = 0
    var availableBlocks: UInt64 = 0
    var files: UInt64 = 0
    var freeFiles: UInt64 = 0
    var identity: UInt64
    var nameLength: UInt64 = 255
    var fragmentSize: UInt64 = 4096
    /// ST_VALID and ST_RDONLY.
    var flags: UInt64
    var spare: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init(type: UInt64, identity: UInt64, readOnly: Bool) {
        self.type = type
        self.identity = identity
        flags = readOnly ? 0x21 : 0x20
    }
}
