import Wire

/// The one tree of names of the container: the verified root, and what is mounted over it.
final class FileSystemRoot {
    let root: Node
    /// Pages of all files in memory together.
    let memory: MemoryBudget
    /// Verified chunks of all trees.
    private let chunks: ChunkCache
    private(set) var mounts: [(path: Bytes, fileSystem: FileSystem)] = []
    /// Where what is written to the root and to /tmp goes, if not into memory.
    private let scratch: ScratchVolume?
    /// Files of `memfd_create`.
    let anonymousMemory: TemporaryFileSystem

    var rootPosition: DirectoryPosition { DirectoryPosition(root) }

    /// Verifies the top of the index and mounts what the configuration lists; every refusal is logged with its reason.
    ///
    /// BLOCKS.
    init(configuration: EnclaveConfiguration) throws(Errno) {
        // Half of the kernel's memory for verified chunks, three eighths for files in memory, the rest for the kernel itself.
        chunks = ChunkCache(limit: Int(clamping: configuration.kernelMemory / 2))
        let verified = try VerifiedFileSystem(
            .root, at: [], root: configuration.indexRoot, length: configuration.indexLength, chunks: chunks)
        memory = MemoryBudget(pages: Int(clamping: configuration.fileMemory / 4096))
        anonymousMemory = TemporaryFileSystem(pages: memory.limit, parent: memory)
        scratch = configuration.rootWriting == .encrypted ? try ScratchVolume(size: configuration.rootSize) : nil
        let union = UnionFileSystem(
            verified, pages: memory.limit, parent: memory, scratch: scratch, readOnly: configuration.rootWriting == .none)
        root = try union.rootNode()
        mounts.append((path: Bytes(text: "/"), fileSystem: union))
        HostStreams.shared.initialise()
        try mountKernelTrees()
        try mountNames(configuration.network)
        for number in 0..<configuration.mounts.count { try mount(configuration.mounts[number], number) }
    }

    // MARK: Mounting

    private func mountKernelTrees() throws(Errno) {
        let devices = FileSystem(typeName: "devtmpfs", type: FileSystemType.temporary, readOnly: false)
        let shared = temporary(size: 0, readOnly: false)
        let tree = DeviceTree.make(sharedMemory: shared.rootNode(mode: 0o1777), devices)
        try mount(tree, Bytes(text: "/dev"), devices)
        mounts.append((path: Bytes(text: "/dev/shm"), fileSystem: shared))
        let processes = FileSystem(typeName: "proc", type: FileSystemType.processes, readOnly: false)
        try mount(ProcessTree(processes), Bytes(text: "/proc"), processes)
        let system = FileSystem(typeName: "sysfs", type: FileSystemType.system, readOnly: true)
        try mount(SystemTree.make(system), Bytes(text: "/sys"), system)
        let group = FileSystem(typeName: "cgroup2", type: FileSystemType.controlGroup, readOnly: true)
        try mount(ControlGroupTree.make(group), Bytes(text: "/sys/fs/cgroup"), group)
        let temporary = TemporaryFileSystem(pages: memory.limit, parent: memory, scratch: scratch)
        try mount(temporary.rootNode(mode: 0o1777), Bytes(text: "/tmp"), temporary)
    }

    private func mountNames(_ rule: NetworkRule) throws(Errno) {
        let names = FileSystem(typeName: "tmpfs", type: FileSystemType.temporary, readOnly: true)
        for (path, node) in try NameFiles.make(rule, over: self, names) { try mount(node, path, names) }
    }

    private func mount(_ mount: Mount, _ number: Int) throws(Errno) {
        switch mount.trust {
        case .verified:
            let verified = try VerifiedFileSystem(
                TreeNumber(mount: number), at: mount.path, root: mount.indexRoot, length: mount.indexLength, chunks: chunks)
            let fileSystem = UnionFileSystem(mounting: verified, parent: memory)
            try self.mount(try fileSystem.rootNode(), mount.path, fileSystem)
        case .temporary:
            let fileSystem = temporary(size: mount.size, readOnly: mount.readOnly)
            try self.mount(fileSystem.rootNode(mode: 0o1777), mount.path, fileSystem)
        case .untrusted:
            let fileSystem = UntrustedFileSystem(mount: number, readOnly: mount.readOnly)
            try self.mount(fileSystem.rootNode(), mount.path, fileSystem)
        case .encrypted:
            let fileSystem = try EncryptedFileSystem.mount(mount, number, over: try directory(at: mount.path)?.status())
            try self.mount(try fileSystem.rootNode(), mount.path, fileSystem)
        }
    }

    /// The directory that a mount will hide, where there is one.
    ///
    /// BLOCKS.
    private func directory(at path: Bytes) throws(Errno) -> Node? {
        do throws(Errno) {
            let found = try walk(path, at: rootPosition, .keep, .kernel).node
            return found.flatMap { $0.isDirectory ? $0 : nil }
        } catch {
            // Directories above it that are not there are made up when it is mounted.
            if error == .ENOENT { return nil }
            throw error
        }
    }

    /// Everything that was changed anywhere is durable when it returns.
    ///
    /// BLOCKS.
    func synchronise() {
        for mount in mounts { try? mount.fileSystem.synchronise() }
    }

    /// The end of the enclave.
    ///
    /// BLOCKS.
    func close() {
        for mount in mounts { (mount.fileSystem as? EncryptedFileSystem)?.close() }
    }

    private func temporary(size: UInt64, readOnly: Bool) -> TemporaryFileSystem {
        let pages = size == 0 ? memory.limit : min(Int(clamping: (size + 4095) / 4096), memory.limit)
        return TemporaryFileSystem(pages: pages, parent: memory, readOnly: readOnly)
    }

    /// Puts `node` at `path`; directories above it that do not exist are made up.
    private func mount(_ node: Node, _ path: Bytes, _ fileSystem: FileSystem) throws(Errno) {
        var directory = root
        var names: [Bytes] = []
        for part in path.split(separator: 47) { names.append(Bytes(part)) }
        guard let last = names.popLast() else {
            Host.log(.error, Bytes(text: "mount /: the root is always the verified tree; remove it from the manifest"))
            throw .EINVAL
        }
        for name in names { directory = try descend(directory, name) }
        (directory as? TemporaryNode)?.differs()
        directory.overlay(last, with: node)
        mounts.removeAll { $0.path == path }
        mounts.append((path: path, fileSystem: fileSystem))
    }

    private func descend(_ directory: Node, _ name: Bytes) throws(Errno) -> Node {
        var walk = try PathWalk(name, from: directory, root: root, caller: .kernel)
        if let found = try walk.resolve(.follow).node {
            guard found.isDirectory else { throw .ENOTDIR }
            return found
        }
        let made = GeneratedDirectory(directory.fileSystem, mode: 0o755)
        (directory as? TemporaryNode)?.differs()
        directory.overlay(name, with: made)
        return made
    }

    // MARK: Names

    func walk(
        _ path: Bytes, at position: DirectoryPosition, _ ending: PathWalk.Ending, _ caller: Caller, _ resolution: Resolution = []
    ) throws(Errno) -> PathWalk.Result {
        var walk = try PathWalk(path, from: position.directory, root: root, caller: caller, resolution: resolution)
        return try walk.resolve(ending)
    }

    /// The program at `path`, to be executed: a regular file with an x bit for the caller.
    ///
    /// BLOCKS.
    func executableFile(path: Bytes, at position: DirectoryPosition, following: Bool = true) throws(Errno) -> OpenFile {
        let caller = Caller(process: currentThreadIfAny()?.process)
        let result = try walk(path, at: position, following ? .follow : .keep, caller)
        return try executableFile(try result.existing(), path: result.path, caller)
    }

    /// The same of a node that was found already.
    func executableFile(_ node: Node, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        if node.kind == .link { throw .ELOOP }
        guard node.fileSystem.isTrusted, node.kind == .regular, caller.may(Caller.execute, try node.status()) else { throw .EACCES }
        // As Linux, which does not count whoever made a memfd among those who write it.
        guard node.writers == 0 || node.fileSystem === anonymousMemory else { throw .ETXTBSY }
        return try node.open(flags: OpenFlags.readOnly, path: path, caller)
    }

    /// A directory the process may enter.
    ///
    /// BLOCKS.
    func directoryPosition(path: Bytes, at position: DirectoryPosition, process: Process?) throws(Errno) -> DirectoryPosition {
        let caller = Caller(process: process)
        let node = try walk(path, at: position, .follow, caller).existing()
        guard node.isDirectory else { throw .ENOTDIR }
        try caller.require(Caller.execute, of: node)
        return DirectoryPosition(node)
    }

    /// Descriptors 0, 1 and 2 of the first process; a stream the host does not have reads and writes nothing.
    ///
    /// BLOCKS.
    func openStandardStreams(_ descriptors: DescriptorTable) throws(Errno) {
        for stream in 0..<3 {
            let file: OpenFile
            if let opened = try HostStreams.shared.open(stream) {
                file = opened
            } else {
                file = try open(
                    path: Bytes(text: "/dev/null"), at: rootPosition, flags: OpenFlags.readWrite, mode: 0, process: nil)
            }
            try descriptors.install(file, cloexec: false)
        }
    }
}
