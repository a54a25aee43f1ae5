/// What clone, clone3, fork and vfork ask for, checked by Linux' rules before anything is made.
struct CloneRequest {
    var flags: UInt64
    var exitSignal: UInt64
    /// Top of the child's stack; 0: the caller's own stack pointer.
    var stackTop: UInt64 = 0
    var parentTID: UInt64 = 0
    var childTID: UInt64 = 0
    var tls: UInt64 = 0
    /// The number the child shall have.
    var wantedID: Int32?

    static let exitSignalMask: UInt64 = 0xff
    static let vm: UInt64 = 0x100
    static let fileSystem: UInt64 = 0x200
    static let files: UInt64 = 0x400
    static let signalHandlers: UInt64 = 0x800
    static let processDescriptor: UInt64 = 0x1000
    static let parent: UInt64 = 0x8000
    static let thread: UInt64 = 0x10000
    static let newMounts: UInt64 = 0x20000
    static let setTLS: UInt64 = 0x80000
    static let setParentTID: UInt64 = 0x100000
    static let clearChildTID: UInt64 = 0x200000
    static let detached: UInt64 = 0x400000
    static let setChildTID: UInt64 = 0x1000000
    static let newUsers: UInt64 = 0x1000_0000
    static let newProcesses: UInt64 = 0x2000_0000
    /// Namespaces of mounts, cgroups, host names, IPC, users, processes and networks.
    static let namespaces: UInt64 = 0x7e02_0000
    static let clearSignalHandlers: UInt64 = 1 << 32
    static let intoGroup: UInt64 = 1 << 33
    /// Of clone3 only, where no exit signal stands in its way.
    static let newTime: UInt64 = 0x80

    /// clone(2): the exit signal stands in the flags' lowest byte.
    init(call: CallArguments) throws(Errno) {
        flags = call.a0 & 0xffff_ffff & ~Self.exitSignalMask
        exitSignal = call.a0 & Self.exitSignalMask
        stackTop = call.a1
        parentTID = call.a2
        childTID = call.a3
        tls = call.a4
        if flags & (Self.processDescriptor | Self.setParentTID) == Self.processDescriptor | Self.setParentTID { throw .EINVAL }
    }

    /// fork(2) and vfork(2).
    init(newProcess flags: UInt64) {
        self.flags = flags
        exitSignal = 17
    }

    /// clone3(2), whose structure has grown twice.
    init(structure address: UInt64, size: UInt64) throws(Errno) {
        guard size <= 4096 else { throw .E2BIG }
        guard size >= 64 else { throw .EINVAL }
        let bytes = try userBytes(address, Int(size))
        // What a newer program says in fields that are not known here must be nothing.
        if bytes.dropFirst(88).contains(where: { $0 != 0 }) { throw .E2BIG }
        func word(_ index: Int) -> UInt64 {
            guard index * 8 + 8 <= bytes.count else { return 0 }
            return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        }
        flags = word(0)
        childTID = word(2)
        parentTID = word(3)
        exitSignal = word(4)
        tls = word(7)
        try Self.checkNumbers(address: word(8), count: word(9), flags: flags, group: word(10), size: size)
        stackTop = try Self.stackTop(word(5), word(6))
        guard flags & ~0x3_ffff_ffff == 0, flags & (Self.detached | (Self.exitSignalMask & ~Self.newTime)) == 0 else {
            throw .EINVAL
        }
        let both = Self.signalHandlers | Self.clearSignalHandlers
        guard flags & both != both, exitSignal <= 64 else { throw .EINVAL }
        if flags & (Self.thread | Self.parent) != 0, exitSignal != 0 { throw .EINVAL }
        if word(9) == 1 { wantedID = try userLoad(word(8), as: Int32.self) }
    }

    private static func checkNumbers(
        address: UInt64, count: UInt64, flags: UInt64, group: UInt64, size: UInt64
    ) throws(Errno) {
        guard count <= 32, (address == 0) == (count == 0) else { throw .EINVAL }
        if flags & intoGroup != 0, group > UInt64(Int32.max) || size < 88 { throw .EINVAL }
        // There is one level of process numbers.
        guard count <= 1 else { throw .EINVAL }
    }

    private static func stackTop(_ start: UInt64, _ size: UInt64) throws(Errno) -> UInt64 {
        guard (start == 0) == (size == 0) else { throw .EINVAL }
        let (top, overflow) = start.addingReportingOverflow(size)
        guard !overflow, top < 1 << 47 else { throw .EINVAL }
        return top
    }

    /// The combinations that mean nothing.
    func check() throws(Errno) {
        func has(_ flag: UInt64) -> Bool { flags & flag != 0 }
        if has(Self.fileSystem), has(Self.newMounts) || has(Self.newUsers) { throw .EINVAL }
        if has(Self.thread), !has(Self.signalHandlers) { throw .EINVAL }
        if has(Self.signalHandlers), !has(Self.vm) { throw .EINVAL }
        if has(Self.thread), has(Self.newUsers) || has(Self.newProcesses) { throw .EINVAL }
        if has(Self.processDescriptor), has(Self.thread) || has(Self.detached) { throw .EINVAL }
    }
}
