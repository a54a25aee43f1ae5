/// What all files of one mount share: the device number `stat` shows, the type `statfs` shows, whether it can be written.
class FileSystem {
    /// The name in /proc/mounts.
    let typeName: StaticString
    /// The magic number of `statfs`.
    let type: UInt64
    let device: UInt64
    let readOnly: Bool
    private var nextNumber: UInt64

    private nonisolated(unsafe) static var lastDevice: UInt64 = 20

    init(typeName: StaticString, type: UInt64, readOnly: Bool, firstNumber: UInt64 = 1) {
        nextNumber = firstNumber
        self.typeName = typeName
        self.type = type
        self.readOnly = readOnly
        Self.lastDevice += 1
        device = Self.lastDevice
    }

    /// A file number never used before on this file system.
    func newNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Everything that was changed is durable when it returns.
    ///
    /// BLOCKS.
    func synchronise() throws(Errno) {}

    /// Whether programs may be run and links be followed anywhere; where the host chooses what is in it, neither.
    var isTrusted: Bool { true }

    func statistics() -> FileSystemRecord { FileSystemRecord(type: type, identity: device, readOnly: readOnly) }
}

/// The magic numbers of `statfs`.
enum FileSystemType {
    static let overlay: UInt64 = 0x794c_7630
    static let temporary: UInt64 = 0x0102_1994
    static let processes: UInt64 = 0x9fa0
    static let system: UInt64 = 0x6265_6572
    static let controlGroup: UInt64 = 0x6367_7270
    static let pipes: UInt64 = 0x5049_5045
    static let sockets: UInt64 = 0x534f_434b
    static let anonymous: UInt64 = 0x0904_1934
    /// That of EROFS, which nothing can be written to either.
    static let verified: UInt64 = 0xe0f5_e1e2
    static let untrusted: UInt64 = 0x6573_5546
    /// That of ext4, as programs know what to expect of it.
    static let encrypted: UInt64 = 0xef53
}
