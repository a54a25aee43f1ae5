import Wire

/// A file of a volume that is in memory: its record, and which of its blocks are cached.
public final class VolumeFile {
    public let number: UInt64
    public internal(set) var record: FileRecord
    /// Who uses it: a file without names stays as long as somebody does.
    var holders = 0
    /// Slots of the page cache by block of the file.
    var pages = IntegerTable<Int>()
    /// Blocks that became dirty since the last flush; some may be gone since.
    var dirtyBlocks: [UInt64] = []
    public var hasDirtyBlocks: Bool { !dirtyBlocks.isEmpty }
    var recordIsDirty = false
    /// Whether the volume's list of changed files has it.
    var isListed = false
    /// Where a sequential reader goes on, and how many blocks it is worth reading at once.
    var expected: UInt64 = 0
    var window = 1

    init(number: UInt64, record: FileRecord) {
        self.number = number
        self.record = record
    }
}
