/// One file system call: its arguments, and what all such calls need of them.
struct FileCalls {
    let call: CallArguments
    let thread: Thread

    init(_ call: CallArguments, _ thread: Thread) {
        self.call = call
        self.thread = thread
    }

    var process: Process { thread.process }
    var caller: Caller { Caller(process: process) }
    var files: FileSystemRoot { kernel.files }

    /// The most bytes one call moves, as Linux has it.
    static let most: UInt64 = 0x7fff_f000

    func int(_ argument: UInt64) -> Int32 { Int32(truncatingIfNeeded: argument) }
    func word(_ argument: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: argument) }

    func file(_ argument: UInt64) throws(Errno) -> OpenFile { try process.descriptors.get(int(argument)) }

    /// A file that is more than a name.
    func dataFile(_ argument: UInt64) throws(Errno) -> OpenFile {
        let file = try file(argument)
        guard !file.isPathOnly else { throw .EBADF }
        return file
    }

    /// A buffer of the caller, cut to what one call moves.
    func buffer(_ address: UInt64, _ count: UInt64) throws(Errno) -> IOBuffer {
        try requireUserAddress(address, count)
        return IOBuffer(user: address, count: Int(min(count, Self.most)))
    }

    /// EFAULT for what no program can have, whatever else is wrong with the call.
    func requireUserAddress(_ address: UInt64, _ count: UInt64) throws(Errno) {
        guard count <= Self.userEnd, address <= Self.userEnd - count else { throw .EFAULT }
    }

    /// Where Linux' half of the addresses begins, but for a page.
    private static let userEnd: UInt64 = 0x7fff_ffff_f000

    func offset(_ argument: UInt64) throws(Errno) -> UInt64 {
        guard Int64(bitPattern: argument) >= 0 else { throw .EINVAL }
        return argument
    }

    /// Where a path relative to a directory descriptor begins; an absolute path does not look at the descriptor, unless it is to
    /// stay below it.
    func position(_ descriptor: UInt64, _ path: Bytes, isScoped: Bool = false) throws(Errno) -> DirectoryPosition {
        if int(descriptor) == AtFlags.currentDirectory || path.first == 47 && !isScoped { return process.directory }
        let node = try file(descriptor).node
        guard node.isDirectory || path.isEmpty else { throw .ENOTDIR }
        return DirectoryPosition(node)
    }

    /// The node a path argument names, or the descriptor itself when the path is empty and AT_EMPTY_PATH allows it.
    ///
    /// BLOCKS.
    func node(_ descriptor: UInt64, _ address: UInt64, flags: UInt32) throws(Errno) -> Node {
        try named(descriptor, address, flags: flags).node
    }

    /// The same with the name it was found by.
    ///
    /// BLOCKS.
    func named(_ descriptor: UInt64, _ address: UInt64, flags: UInt32) throws(Errno) -> NamedNode {
        let path = try userPath(address)
        if path.isEmpty {
            guard flags & AtFlags.emptyPath != 0 else { throw .ENOENT }
            if int(descriptor) == AtFlags.currentDirectory { return NamedNode(process.directory.directory, in: nil, as: []) }
            return try file(descriptor).place
        }
        let ending: PathWalk.Ending = flags & AtFlags.noFollow == 0 ? .follow : .keep
        let found = try files.walk(path, at: position(descriptor, path), ending, caller)
        return NamedNode(try found.existing(), in: found.directory, as: found.name)
    }

    var here: UInt64 { UInt64(bitPattern: Int64(AtFlags.currentDirectory)) }
}
