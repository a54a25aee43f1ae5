import Volume
import Wire

/// A file system in an encrypted volume: one that outlives the enclave, or one for this run only.
final class EncryptedFileSystem: FileSystem {
    typealias HostVolume = EncryptedVolume<HostBlockStore>

    private let volume: HostVolume
    private let counter: VolumeCounter?
    private let path: Bytes
    private let nodes = EncryptedNodeTable()
    /// One thread at a time is in the volume; the kernel lock is given up there.
    private var isBusy = false
    private let queue = WaitQueue()
    /// A block on its way into the volume, for whoever is within `locked`.
    let incoming = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
    private var damageSeen = false
    /// When the oldest change that is not durable was made, in nanoseconds.
    private(set) var changedSince: UInt64?

    /// Part of the kernel's memory that clear blocks of all volumes together may take.
    private static let cacheShare: UInt64 = 8

    private init(_ volume: HostVolume, _ counter: VolumeCounter?, path: Bytes, readOnly: Bool) {
        self.volume = volume
        self.counter = counter
        self.path = path
        super.init(typeName: "encrypted", type: FileSystemType.encrypted, readOnly: readOnly)
        if counter != nil, !readOnly { WriteBack.watch(self) }
    }

    deinit { incoming.deallocate() }

    // MARK: Mounting

    private static func limits(size: UInt64) -> VolumeLimits {
        let blocks = size == 0 ? Block.mostBlocks : UInt32(clamping: size / UInt64(Block.byteCount))
        let pages = Int(clamping: kernel.configuration.kernelMemory / cacheShare / UInt64(Block.byteCount))
        return VolumeLimits(mostBlocks: blocks, cachedPages: pages, nodes: max(128, pages / 8))
    }

    private static func topRecord(mode: UInt32, uid: UInt32 = 0, gid: UInt32 = 0) -> FileRecord {
        FileRecord(mode: FileRecord.directory | mode, uid: uid, gid: gid, time: FileRecord.Time(FileTime.now()))
    }

    /// The volume of a mount, made where there is none; every refusal is logged with its reason.
    ///
    /// A new one takes owner and rights of the directory it is mounted over, so that who could write there can.
    ///
    /// BLOCKS.
    static func mount(_ mount: Mount, _ number: Int, over hidden: FileStatus?) throws(Errno) -> EncryptedFileSystem {
        let store: HostBlockStore
        do throws(Errno) { store = try HostBlockStore(mount: number, readOnly: mount.readOnly) } catch {
            throw VolumeLog.refused(mount.path, error)
        }
        do throws(VolumeRefusal) {
            let limits = limits(size: mount.size)
            if let header = try HostVolume.inspect(store) {
                let master = try VolumeKeys.master(for: header, path: mount.path)
                let volume = try HostVolume.open(store, header, master: master, limits: limits, readOnly: mount.readOnly)
                if volume.lostCommit { VolumeLog.lostCommit(mount.path) }
                let counter = VolumeCounter(store, id: header.id, master: master)
                let system = EncryptedFileSystem(volume, counter, path: mount.path, readOnly: mount.readOnly)
                try system.checkFreshness()
                return system
            }
            guard !mount.readOnly else { throw .notAVolume }
            let header: VolumeHeader
            do throws(Errno) { header = try VolumeKeys.newHeader(path: mount.path) } catch { throw .noKey }
            let master = try VolumeKeys.master(header)
            let top = topRecord(mode: (hidden?.mode ?? 0o755) & 0o7777, uid: hidden?.uid ?? 0, gid: hidden?.gid ?? 0)
            let volume = try HostVolume.create(store, header, master: master, limits: limits, root: top)
            let counter = VolumeCounter(store, id: header.id, master: master)
            let system = EncryptedFileSystem(volume, counter, path: mount.path, readOnly: false)
            try system.checkFreshness()
            return system
        } catch { throw VolumeLog.refused(mount.path, error) }
    }

    /// A file system under a key nobody keeps, in a file of the host that is gone with the enclave.
    ///
    /// BLOCKS.
    static func ephemeral(size: UInt64, mode: UInt32) throws(Errno) -> EncryptedFileSystem {
        let path = Bytes(text: "/")
        let store: HostBlockStore
        do throws(Errno) { store = try HostBlockStore(mount: nil, readOnly: false) } catch {
            throw VolumeLog.refused(path, error)
        }
        do throws(VolumeRefusal) {
            let header: VolumeHeader
            do throws(Errno) { header = try VolumeKeys.newHeader(path: path, ephemeral: true) } catch { throw .noKey }
            let volume = try HostVolume.create(
                store, header, master: VolumeKeys.random(), limits: limits(size: size), root: topRecord(mode: mode))
            return EncryptedFileSystem(volume, nil, path: path, readOnly: false)
        } catch { throw VolumeLog.refused(path, error) }
    }

    /// Compares the volume with its counter, and moves both on: from here on a copy made before is an old one.
    private func checkFreshness() throws(VolumeRefusal) {
        guard let counter else { return }
        let found = volume.freshness
        if let expected = counter.read() {
            guard found >= expected else { throw .old(found: found, expected: expected) }
        } else if found > 0 {
            VolumeLog.noCounter(path)
        }
        if !readOnly { try advance() }
    }

    private func advance() throws(VolumeRefusal) {
        guard let counter else { return }
        let next = volume.freshness + 1
        do throws(VolumeError) { try volume.commit(freshness: next) } catch { throw .failed(error) }
        do throws(Errno) { try counter.write(next) } catch { throw .failed(.host(error.code)) }
    }

    /// BLOCKS.
    func rootNode() throws(Errno) -> EncryptedDirectory {
        guard let root = try node(HostVolume.rootNumber) as? EncryptedDirectory else { throw .ENOTDIR }
        return root
    }

    // MARK: The volume, one thread at a time

    /// BLOCKS.
    ///
    /// Runs `body` on the volume while no other thread is in it.
    func locked<R>(_ body: (HostVolume) throws(Errno) -> R) throws(Errno) -> R {
        while isBusy { waitUninterrupted(on: queue) }
        isBusy = true
        defer {
            isBusy = false
            if volume.isChanged != (changedSince != nil) { noteChange() }
            if !queue.isEmpty { queue.wakeOne() }
        }
        return try body(volume)
    }

    private func noteChange() {
        changedSince = volume.isChanged ? Clock.monotonic() : nil
        if changedSince != nil, counter != nil { WriteBack.noteChange() }
    }

    /// A step on the volume within `locked`; what goes wrong becomes an errno, and damage is logged once.
    func step<R>(_ body: () throws(VolumeError) -> R) throws(Errno) -> R {
        do throws(VolumeError) { return try body() } catch {
            if case .damaged(let block) = error, !damageSeen {
                damageSeen = true
                VolumeLog.damaged(path, block)
            }
            if volume.isStopped { VolumeLog.stopped(path, error) }
            throw Errno(error)
        }
    }

    /// BLOCKS.
    func perform<R>(_ body: (HostVolume) throws(VolumeError) -> R) throws(Errno) -> R {
        try locked { (volume) throws(Errno) in try step { () throws(VolumeError) in try body(volume) } }
    }

    // MARK: Nodes

    /// The one node of a file.
    ///
    /// BLOCKS.
    func node(_ number: UInt64) throws(Errno) -> EncryptedNode {
        try locked { (volume) throws(Errno) in
            try step { () throws(VolumeError) in try node(try volume.file(number), volume) }
        }
    }

    /// Within `perform`.
    func node(_ file: VolumeFile, _ volume: HostVolume) throws(VolumeError) -> EncryptedNode {
        try nodes.node(of: file, self, volume)
    }

    /// Within `perform`: a name of the node went, and perhaps its last.
    func noteRemoval(of node: Node, _ volume: HostVolume) throws(VolumeError) {
        guard let node = node as? EncryptedNode, node.file.record.links == 0 else { return }
        nodes.lostLastName(node.number)
        try nodes.forgetUnnamed(volume)
    }

    // MARK: Durability

    /// Everything that was changed is durable when it returns.
    ///
    /// BLOCKS.
    override func synchronise() throws(Errno) {
        guard !readOnly else { return }
        try perform { (volume) throws(VolumeError) in
            try nodes.forgetUnnamed(volume)
            try volume.commit()
        }
    }

    /// For changes that have waited long enough: what goes wrong is told to the program at its next `fsync`.
    ///
    /// BLOCKS.
    func writeBack() {
        do throws(Errno) { try synchronise() } catch {
            // Looked at again later, not at once.
            changedSince = Clock.monotonic()
        }
    }

    /// The end of the enclave: durable, and a copy made from here on is as new as can be.
    ///
    /// BLOCKS.
    func close() {
        guard !readOnly, counter != nil else { return }
        do throws(Errno) {
            try synchronise()
            try perform { (volume) throws(VolumeError) in
                do throws(VolumeRefusal) { try advance() } catch {
                    if case .failed(let reason) = error { throw reason }
                }
            }
        } catch { VolumeLog.notWritten(path, error) }
    }

    override func statistics() -> FileSystemRecord {
        var record = super.statistics()
        record.blocks = UInt64(volume.mostBlocks)
        record.freeBlocks = record.blocks - min(record.blocks, UInt64(volume.usedBlocks))
        record.availableBlocks = record.freeBlocks - min(record.freeBlocks, UInt64(volume.reservedBlocks))
        record.files = record.blocks
        record.freeFiles = record.freeBlocks
        return record
    }
}
