import Wire

/// An open file description, shared by `dup` and `fork`; what a kind of file cannot do throws the errno Linux has for it.
class OpenFile {
    final var statusFlags: UInt32
    /// The absolute path it was opened by; what /proc/self/fd shows for what has none.
    final var path: Bytes
    /// The file behind it, by which /proc/self/fd/N opens it again.
    final let node: Node
    /// The directory it was opened in, by the last name of `path`.
    final var directory: Node?
    /// Descriptors that refer to it, of all processes.
    fileprivate(set) final var descriptors = 0
    /// The epoll items that watch it.
    final var watchers: [EpollItem] = []
    /// The owner `fcntl(F_SETOWN)` set.
    final var owner: Int32 = 0
    /// The signal `fcntl(F_SETSIG)` set; 0 is SIGIO.
    final var ownerSignal: Int32 = 0

    init(node: Node, path: Bytes, flags: UInt32) {
        self.node = node
        self.path = path
        statusFlags = flags & ~OpenFlags.onlyAtOpen
    }

    final var canRead: Bool { statusFlags & (OpenFlags.accessMode | OpenFlags.path) != OpenFlags.writeOnly && !isPathOnly }
    final var canWrite: Bool { statusFlags & OpenFlags.accessMode != OpenFlags.readOnly && !isPathOnly }
    final var isPathOnly: Bool { statusFlags & OpenFlags.path != 0 }
    final var isNonBlocking: Bool { statusFlags & OpenFlags.nonBlocking != 0 }

    // MARK: Data; each BLOCKS

    func read(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EINVAL }
    func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EINVAL }
    func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .ESPIPE }
    func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .ESPIPE }
    /// What `readAt` would copy, where it lies verified in the kernel's memory; `nil` for files of which there is no such thing.
    func verifiedParts(_ offset: UInt64, _ count: Int) throws(Errno) -> [VerifiedPart]? { nil }
    func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { throw .ESPIPE }

    // MARK: The file

    func status() throws(Errno) -> FileStatus { try node.status() }
    func setMode(_ mode: UInt32) throws(Errno) { try node.setMode(mode) }
    func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) { try node.setOwner(uid: uid, gid: gid) }
    func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        try node.setTimes(accessed: accessed, modified: modified)
    }
    func truncate(to size: UInt64) throws(Errno) { throw .EINVAL }
    func allocate(mode: UInt32, offset: UInt64, length: UInt64) throws(Errno) { throw .EOPNOTSUPP }
    func synchronise() throws(Errno) { throw .EINVAL }
    func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 { throw .ENOTTY }
    /// Writes whole `linux_dirent` records and returns their length.
    ///
    /// BLOCKS.
    func readEntries(_ buffer: IOBuffer, format: EntryFormat) throws(Errno) -> Int { throw .ENOTDIR }

    // MARK: Waiting

    /// A file that never makes anybody wait is always ready.
    func readiness() -> PollEvents { [.readable, .writable] }
    /// What wakes those who wait for it: the same queues for the file's whole life, since epoll items stay in them.
    var waitQueues: [WaitQueue] { [] }
    /// Whether `epoll_ctl` takes it.
    var isPollable: Bool { false }

    // MARK: The end

    /// The last descriptor went.
    func closed() {}

    // MARK: Mapping

    var mappable: Bool { false }
    /// Whether reading it waits for nothing but verified bytes.
    var isReadWithoutWaiting: Bool { false }
    /// What was written to a shared mapping; also where the file was opened to append.
    ///
    /// BLOCKS.
    func writeBack(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try writeAt(offset, buffer) }
    /// Whether a shared mapping of it can be made; EPERM where a seal forbids writing it.
    func requireShareable(writing: Bool) throws(Errno) {}
    /// Its bytes were checked against the index and never change.
    var isVerified: Bool { false }
    /// The file of the image that it is, as long as nobody wrote it.
    var image: VerifiedNode? { nil }
    func sites(from: UInt32, to: UInt32) throws(Errno) -> [IndexSite] { [] }
}

extension OpenFile {
    /// What /proc/self/fd shows: where a directory is now, and of other files where they were opened.
    final func shownPath() throws(Errno) -> Bytes {
        let shown = node.isDirectory ? node.path : path
        guard shown.first == 47, try node.status().links == 0 else { return shown }
        return shown.hasPrefix("/memfd:") ? shown : shown + Bytes(text: " (deleted)")
    }

    final var place: NamedNode { NamedNode(node, in: directory, as: path.lastName, open: self) }

    final func descriptorAdded() {
        descriptors += 1
        guard descriptors == 1 else { return }
        node.openFiles += 1
        if canWrite { node.writers += 1 }
    }

    final func descriptorRemoved() {
        descriptors -= 1
        guard descriptors == 0 else { return }
        FileLocks.releaseAll(of: self)
        for item in watchers { item.removeFromSet() }
        node.openFiles -= 1
        if canWrite { node.writers -= 1 }
        FileNotices.closed(self)
        closed()
    }
}

/// The two layouts of directory records.
enum EntryFormat {
    /// `getdents`: the type is the last byte.
    case old
    /// `getdents64`.
    case new
}
