import Wire

/// A file system in sealed blocks: nothing of it can be read, changed or turned back unnoticed by whoever keeps the blocks.
///
/// Changes gather in memory and reach the store in commits. A commit writes new blocks only, then one superblock; so whatever happens on
/// the way, the store holds the last commit or this one, whole. One caller at a time.
public final class EncryptedVolume<Store: BlockStore> {
    let header: VolumeHeader
    let blocks: SealedBlocks<Store>
    let tree: ItemTree<Store>
    let cache: PageCache
    let hash: NameHash
    let limits: VolumeLimits
    var nodeLimit: Int { limits.nodes }
    private var superblock: Superblock
    /// The newest commit was not whole: power failed during it, or the host changed it.
    ///
    /// The volume is as of the one before.
    public private(set) var lostCommit = false
    /// What was sealed when the last commit ended.
    private var committed: UInt64 = 0
    var files = IntegerTable<VolumeFile>()
    /// Files whose record or blocks differ from the tree.
    private(set) var changedFiles: [VolumeFile] = []
    /// Groups of blocks with dirty pages, of all files; one may be counted more than once.
    var dirtyGroups = 0
    /// A failure after which the tree in memory is not what was asked for; the store keeps the last commit.
    public private(set) var isStopped = false
    /// Something was changed since the last commit.
    public private(set) var isChanged = false

    static var firstBlocks: UInt32 { 256 }
    private static var mostFiles: Int { 4096 }

    private init(
        _ header: VolumeHeader, _ superblock: Superblock, _ tree: ItemTree<Store>, _ limits: VolumeLimits
    ) {
        self.header = header
        self.superblock = superblock
        self.tree = tree
        self.limits = limits
        blocks = tree.blocks
        cache = PageCache(limit: limits.cachedPages)
        hash = NameHash(superblock.hashKey.0, superblock.hashKey.1)
    }

    // MARK: Opening

    /// The header of what is stored; `nil` where nothing is, or where the making of a volume did not come to its first commit.
    public static func inspect(_ store: Store) throws(VolumeRefusal) -> VolumeHeader? {
        guard store.blockCount >= Superblock.copies else {
            if store.blockCount == 0 { return nil }
            throw .notAVolume
        }
        let pages = PagePair()
        do throws(VolumeError) { try store.read(0, into: pages.pages) } catch { throw .failed(error) }
        if pages.areZero { return nil }
        do throws(VolumeRefusal) {
            return try VolumeHeader(decoding: pages.start(0))
        } catch {
            guard error == .notAVolume else { throw error }
            return try VolumeHeader(decoding: pages.start(1))
        }
    }

    private static func cipher(_ store: Store, _ master: [UInt8]) -> BlockCipher {
        var epoch = Epoch()
        withUnsafeMutableBytes(of: &epoch) { raw in
            if let start = raw.baseAddress { store.random(start, raw.count) }
        }
        return BlockCipher(master: master, epoch: epoch)
    }

    /// A new, empty volume whose first directory has `root` for a record; `master` is 32 secret bytes.
    public static func create(
        _ store: Store, _ header: VolumeHeader, master: [UInt8], limits: VolumeLimits, root: FileRecord
    ) throws(VolumeRefusal) -> EncryptedVolume {
        do throws(VolumeError) {
            try store.resize(to: firstBlocks)
            var map = BlockMap()
            map.resize(to: firstBlocks)
            for block in 0..<Superblock.copies { map.reserve(block) }
            var superblock = Superblock()
            var key: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &key) { raw in
                if let start = raw.baseAddress { store.random(start, raw.count) }
            }
            superblock.hashKey = key
            let tree = ItemTree(SealedBlocks(store, cipher(store, master)), map: map)
            let volume = EncryptedVolume(header, superblock, tree, limits)
            let top = volume.add(root)
            top.record.links = 2
            try volume.commit()
            return volume
        } catch { throw .failed(error) }
    }

    /// The volume as of its last commit; files that had lost their last name go now.
    public static func open(
        _ store: Store, _ header: VolumeHeader, master: [UInt8], limits: VolumeLimits, readOnly: Bool = false
    ) throws(VolumeRefusal) -> EncryptedVolume {
        let cipher = cipher(store, master)
        let pages = PagePair()
        do throws(VolumeError) { try store.read(0, into: pages.pages) } catch { throw .failed(error) }
        var found: [Superblock] = []
        for block in 0..<Superblock.copies {
            if let one = Superblock(opening: pages.pages[Int(block)], block: block, header, cipher) { found.append(one) }
        }
        if found.count == 2, found[0].generation < found[1].generation { found.swapAt(0, 1) }
        let blocks = SealedBlocks(store, cipher)
        guard let superblock = try LastCommit<Store>.choose(found, blocks) else { throw .notAuthentic }
        do throws(VolumeError) {
            var map = BlockMap()
            map.resize(to: superblock.blockCount)
            let tree = try ItemTree(blocks, map: map, root: superblock.root, level: superblock.rootLevel)
            let volume = EncryptedVolume(header, superblock, tree, limits)
            volume.lostCommit = superblock.generation != found[0].generation
            try volume.loadMap()
            if !readOnly { try volume.removeOrphans() }
            return volume
        } catch { throw .failed(error) }
    }

    private func loadMap() throws(VolumeError) {
        var next = 0
        var isRight = true
        let tree = tree
        try tree.scan(from: ItemKey(0, .map)) { key, value in
            guard key.object == 0, key.kind == .map else { return false }
            isRight = isRight && key.offset == UInt64(next) && tree.map.load(group: next, value)
            next += 1
            return isRight
        }
        guard isRight, next == tree.map.groupCount, tree.map.isTaken(superblock.root.block) else {
            throw .damaged(block: superblock.root.block)
        }
    }

    // MARK: Files in memory

    public static var rootNumber: UInt64 { 1 }

    /// The file with this number.
    public func file(_ number: UInt64) throws(VolumeError) -> VolumeFile {
        if let known = files[number] { return known }
        guard let value = try tree.value(ItemKey(number, .file)) else { throw .notFound }
        guard let record = FileRecord(decoding: value) else { throw .damaged(block: 0) }
        let file = VolumeFile(number: number, record: record)
        if files.count >= Self.mostFiles { forgetFiles() }
        files.set(number, file)
        return file
    }

    private func forgetFiles() {
        var unused: [UInt64] = []
        files.forEach { number, file in
            if file.holders == 0, !file.isListed, file.pages.count == 0 { unused.append(number) }
        }
        for number in unused { files.remove(number) }
    }

    /// A new file without a name.
    func add(_ record: FileRecord) -> VolumeFile {
        let file = VolumeFile(number: superblock.nextNumber, record: record)
        superblock.nextNumber += 1
        if files.count >= Self.mostFiles { forgetFiles() }
        files.set(file.number, file)
        recordChanged(file)
        return file
    }

    func recordChanged(_ file: VolumeFile) {
        file.recordIsDirty = true
        list(file)
    }

    func list(_ file: VolumeFile) {
        isChanged = true
        guard !file.isListed else { return }
        file.isListed = true
        changedFiles.append(file)
    }

    /// Somebody uses the file until `release`.
    public func hold(_ file: VolumeFile) { file.holders += 1 }

    public func release(_ file: VolumeFile) throws(VolumeError) {
        file.holders -= 1
        guard file.holders == 0, file.record.links == 0, !isStopped else { return }
        try makeRoomToShrink()
        try change { () throws(VolumeError) in try delete(file) }
    }

    // MARK: Changing

    /// Runs a change of several items; when it fails on the way nothing is committed any more.
    func change<R>(_ body: () throws(VolumeError) -> R) throws(VolumeError) -> R {
        guard !isStopped else { throw .stopped }
        isChanged = true
        do throws(VolumeError) { return try body() } catch {
            switch error {
            case .damaged, .host, .stopped: isStopped = true
            default: break
            }
            throw error
        }
    }

    // MARK: Committing

    /// Writes the dirty pages of all files to new blocks; the tree that refers to them is still in memory.
    func flushPages() throws(VolumeError) {
        for file in changedFiles { try flushPages(of: file) }
        dirtyGroups = 0
        try blocks.flush()
    }

    /// Makes everything that was changed durable at once.
    public func commit() throws(VolumeError) { try commit(inOneGo: true) }

    private func commit(inOneGo: Bool) throws(VolumeError) {
        guard isChanged else { return }
        try change { () throws(VolumeError) in
            try flushPages()
            for file in changedFiles {
                if file.recordIsDirty, files[file.number] === file {
                    try tree.set(ItemKey(file.number, .file), file.record.encoded)
                }
                file.recordIsDirty = false
                file.isListed = false
            }
            changedFiles.removeAll(keepingCapacity: true)
            try tree.assignBlocks()
            try tree.writeNodes()
            try writeSuperblock(inOneGo: inOneGo)
            tree.map.committed()
        }
        isChanged = false
        tree.trim(to: limits.nodes)
    }

    /// One wait for the disk where the commit is small: who opens the volume looks whether all of it arrived.
    private func writeSuperblock(inOneGo: Bool) throws(VolumeError) {
        let hasOneBefore = superblock.generation > 0
        let isSmall = inOneGo && hasOneBefore && blocks.cipher.used - committed <= LastCommit<Store>.mostUnsure
        superblock.checkFrom = isSmall ? committed + 1 : 0
        if !isSmall { try blocks.store.sync() }
        superblock.generation += 1
        superblock.blockCount = tree.map.total
        superblock.root = tree.rootReference
        superblock.rootLevel = tree.root.level
        let page = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
        defer { page.deallocate() }
        guard superblock.seal(into: page, header, blocks.cipher) else { throw .stopped }
        try blocks.store.write(superblock.block, page, count: 1)
        try blocks.store.sync()
        committed = blocks.cipher.used
    }

    // MARK: Freshness

    /// What a counter outside was last set to, as of the last commit.
    public var freshness: UInt64 { superblock.freshness }

    /// Stores a new value of the counter with everything else; nobody who opens the volume goes back behind this commit.
    public func commit(freshness: UInt64) throws(VolumeError) {
        superblock.freshness = freshness
        isChanged = true
        try commit(inOneGo: false)
    }

    // MARK: Figures

    public var id: [UInt8] { header.id }
    public var generation: UInt64 { superblock.generation }
    public var mostBlocks: UInt32 { limits.mostBlocks }
    public var usedBlocks: UInt32 { tree.map.total - tree.map.freeAfterCommit }
    public var dirtyPages: Int { cache.dirtyCount }
    public var blocksRead: UInt64 { blocks.blocksRead }
    public var blocksWritten: UInt64 { blocks.blocksWritten }
}

/// How much a volume may take: of the store, and of memory.
public struct VolumeLimits: Sendable {
    public var mostBlocks: UInt32
    public var cachedPages: Int
    /// Nodes of the tree in memory.
    public var nodes: Int

    public init(mostBlocks: UInt32 = Block.mostBlocks, cachedPages: Int, nodes: Int) {
        self.mostBlocks = max(mostBlocks, 512)
        self.cachedPages = cachedPages
        self.nodes = max(nodes, 64)
    }
}

/// The two blocks at the beginning.
private final class PagePair {
    let pages: [UnsafeMutableRawPointer]

    init() {
        pages = [
            .allocate(byteCount: Block.byteCount, alignment: 64), .allocate(byteCount: Block.byteCount, alignment: 64),
        ]
    }

    deinit {
        for page in pages { page.deallocate() }
    }

    func start(_ index: Int) -> [UInt8] { [UInt8](UnsafeRawBufferPointer(start: pages[index], count: VolumeHeader.byteCount)) }

    var areZero: Bool {
        for page in pages {
            for byte in UnsafeRawBufferPointer(start: page, count: Block.byteCount) where byte != 0 { return false }
        }
        return true
    }
}
