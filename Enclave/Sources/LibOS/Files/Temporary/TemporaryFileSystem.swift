/// A file system in kernel memory, gone with the enclave: a tmpfs, or what is changed of the image.
///
/// Where it has a scratch volume the contents of its files are there, and only names and attributes in memory.
class TemporaryFileSystem: FileSystem {
    private let budget: MemoryBudget
    private let scratch: ScratchVolume?

    /// `pages` counts file contents only; names are small.
    init(
        pages: Int, parent: MemoryBudget, scratch: ScratchVolume? = nil, readOnly: Bool = false, typeName: StaticString = "tmpfs",
        type: UInt64 = FileSystemType.temporary, firstNumber: UInt64 = 1
    ) {
        budget = MemoryBudget(pages: pages, parent: parent)
        self.scratch = scratch
        super.init(typeName: typeName, type: type, readOnly: readOnly, firstNumber: firstNumber)
    }

    final func rootNode(mode: UInt32) -> TemporaryDirectory {
        TemporaryDirectory(self, mode: mode, uid: 0, gid: 0)
    }

    /// Where what is written to a file goes.
    final func pages(of image: VerifiedNode?, inMemory: Bool) -> WrittenPages {
        guard let scratch, !inMemory else { return PageStore(budget: budget, image: image) }
        return SealedPages(scratch, image: image)
    }

    override func statistics() -> FileSystemRecord {
        var record = super.statistics()
        if let scratch {
            scratch.addRoom(to: &record)
            return record
        }
        record.blocks = UInt64(budget.limit)
        record.freeBlocks = UInt64(max(0, budget.free))
        record.availableBlocks = record.freeBlocks
        record.files = record.blocks
        record.freeFiles = record.freeBlocks
        return record
    }

    // MARK: The image below

    /// The node of a name in a directory of the image.
    ///
    /// BLOCKS.
    func imageChild(_ name: PathName, of image: VerifiedNode, in directory: TemporaryDirectory) throws(Errno) -> TemporaryNode? {
        nil
    }
    /// It differs from the image from now on.
    func imageNodeChanged(_ node: TemporaryNode) {}
    /// Its last name is gone.
    func imageNodeUnlinked(_ node: TemporaryNode) {}
    /// The last reference to the node is gone.
    func imageNodeForgotten(_ number: UInt64) {}
}
