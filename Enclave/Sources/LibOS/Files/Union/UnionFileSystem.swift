/// The root filesystem: the verified image, and in front of it everything that was changed since the start.
///
/// What changes is kept in kernel memory: names in the directories, owners, modes and times in the nodes, contents page by page, or these
/// in a scratch volume. Nothing is copied before it is changed, so that a file of the image costs what it did without this layer until it is written, and a directory
/// of the image is renamed without looking at what is in it. The changes are gone with the enclave.
final class UnionFileSystem: TemporaryFileSystem {
    private let verified: VerifiedFileSystem
    private var names: NameCache
    /// Every node of the image there is an object of, so that there is only one; not counted as references.
    private var known = IntegerTable<Unmanaged<TemporaryNode>>()
    /// The nodes of the image that were changed, by number: they must not be forgotten while they have a name.
    private var changed = IntegerTable<TemporaryNode>()

    init(_ verified: VerifiedFileSystem, pages: Int, parent: MemoryBudget, scratch: ScratchVolume?, readOnly: Bool) {
        self.verified = verified
        names = NameCache(sets: 2048)
        super.init(
            pages: pages, parent: parent, scratch: scratch, readOnly: readOnly, typeName: "overlay", type: FileSystemType.overlay,
            firstNumber: verified.inodeCount + 1)
    }

    /// The folder of a verified mount, which nothing changes.
    init(mounting verified: VerifiedFileSystem, parent: MemoryBudget) {
        self.verified = verified
        names = NameCache(sets: 256)
        super.init(
            pages: 0, parent: parent, readOnly: true, typeName: "verified", type: FileSystemType.verified,
            firstNumber: verified.inodeCount + 1)
    }

    func rootNode() throws(Errno) -> TemporaryDirectory {
        let root = TemporaryDirectory(self, image: try verified.root(), parent: nil, name: [])
        changed.set(root.number, root)
        return root
    }

    /// BLOCKS.
    ///
    /// The nodes of names that were looked up before, present or absent, come without the index.
    override func imageChild(
        _ name: PathName, of image: VerifiedNode, in directory: TemporaryDirectory
    ) throws(Errno) -> TemporaryNode? {
        if let known = names.find(name, in: image.inodeNumber) { return known.node }
        let found = try verified.find(name, in: image)
        let node: TemporaryNode? = if let found { self.node(found, in: directory, name) } else { nil }
        names.insert(name, in: image.inodeNumber, node: node)
        return node
    }

    private func node(_ image: VerifiedNode, in directory: TemporaryDirectory, _ name: PathName) -> TemporaryNode {
        if let known = known[image.number] { return known.takeUnretainedValue() }
        let node: TemporaryNode =
            switch image.kind {
            case .directory: TemporaryDirectory(self, image: image, parent: directory, name: name.bytes)
            case .regular: TemporaryFile(self, image: image)
            case .link: TemporaryLink(self, image: image)
            default: TemporarySpecial(self, image: image)
            }
        known.set(image.number, Unmanaged.passUnretained(node))
        return node
    }

    override func imageNodeChanged(_ node: TemporaryNode) {
        if changed[node.number] == nil { changed.set(node.number, node) }
    }

    override func imageNodeUnlinked(_ node: TemporaryNode) { changed.remove(node.number) }
    override func imageNodeForgotten(_ number: UInt64) { known.remove(number) }

    override func statistics() -> FileSystemRecord {
        var record = super.statistics()
        record.blocks += verified.blockCount
        record.files += verified.inodeCount
        return record
    }
}
