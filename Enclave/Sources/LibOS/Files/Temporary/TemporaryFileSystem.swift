/// A tmpfs: everything in kernel memory, gone with the enclave.
final class TemporaryFileSystem: FileSystem {
    let budget: MemoryBudget

    /// `pages` counts file contents only; names are small.
    init(pages: Int, parent: MemoryBudget, readOnly: Bool = false, typeName: StaticString = "tmpfs") {
        budget = MemoryBudget(pages: pages, parent: parent)
        super.init(typeName: typeName, type: FileSystemType.temporary, readOnly: readOnly)
    }

    func rootNode(mode: UInt32) -> TemporaryDirectory {
        TemporaryDirectory(self, mode: mode, uid: 0, gid: 0)
    }

    override func statistics() -> FileSystemRecord {
        var record = super.statistics()
        record.blocks = UInt64(budget.limit)
        record.freeBlocks = UInt64(max(0, budget.free))
        record.availableBlocks = record.freeBlocks
        record.files = record.blocks
        record.freeFiles = record.freeBlocks
        return record
    }
}
