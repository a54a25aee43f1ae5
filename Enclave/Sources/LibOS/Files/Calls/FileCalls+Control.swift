extension FileCalls {
    private enum Command {
        static let duplicate: UInt64 = 0
        static let getDescriptorFlags: UInt64 = 1
        static let setDescriptorFlags: UInt64 = 2
        static let getFlags: UInt64 = 3
        static let setFlags: UInt64 = 4
        static let getLock: UInt64 = 5
        static let setLock: UInt64 = 6
        static let setLockWait: UInt64 = 7
        static let setOwner: UInt64 = 8
        static let getOwner: UInt64 = 9
        static let setSignal: UInt64 = 10
        static let getSignal: UInt64 = 11
        static let setOwnerExtended: UInt64 = 15
        static let getOwnerExtended: UInt64 = 16
        static let getLease: UInt64 = 1025
        static let notify: UInt64 = 1026
        static let getFileLock: UInt64 = 36
        static let setFileLock: UInt64 = 37
        static let setFileLockWait: UInt64 = 38
        static let duplicateCloseOnExec: UInt64 = 1030
        static let setPipeSize: UInt64 = 1031
        static let getPipeSize: UInt64 = 1032
        static let addSeals: UInt64 = 1033
        static let getSeals: UInt64 = 1034
    }

    /// fcntl.
    func control() throws(Errno) -> Int64 {
        let file = try file(call.a0)
        let table = process.descriptors
        let command = call.a1 & 0xffff_ffff
        switch command {
        case Command.duplicate, Command.duplicateCloseOnExec:
            let cloexec = command == Command.duplicateCloseOnExec
            return Int64(try table.install(file, cloexec: cloexec, lowest: int(call.a2)))
        case Command.getDescriptorFlags: return try table.closesOnExec(int(call.a0)) ? 1 : 0
        case Command.setDescriptorFlags:
            try table.setClosesOnExec(int(call.a0), call.a2 & 1 != 0)
            return 0
        case Command.getFlags:
            // What was not opened by a path has not been told either.
            return Int64(file.statusFlags | (file.isPathOnly || file.node is AnonymousNode ? 0 : OpenFlags.large))
        default: break
        }
        guard !file.isPathOnly else { throw .EBADF }
        switch command {
        case Command.setFlags:
            let isPlain = file.node.kind != .socket && file.node.kind != .anonymous
            guard word(call.a2) & OpenFlags.direct == 0 || isPlain else { throw .EINVAL }
            file.statusFlags = file.statusFlags & ~OpenFlags.settable | word(call.a2) & OpenFlags.settable
            return 0
        case Command.getLock, Command.getFileLock: return try findLock(file, command == Command.getFileLock)
        case Command.setLock, Command.setLockWait: return try setLock(file, process, waits: command == Command.setLockWait)
        case Command.setFileLock, Command.setFileLockWait:
            return try setLock(file, nil, waits: command == Command.setFileLockWait)
        case Command.setOwner:
            file.owner = try existingOwner(int(call.a2))
            return 0
        case Command.getOwner: return Int64(file.owner)
        case Command.setOwnerExtended, Command.getOwnerExtended:
            return try ownerExtended(file, sets: command == Command.setOwnerExtended)
        case Command.setSignal:
            guard call.a2 <= 64 else { throw .EINVAL }
            file.ownerSignal = int(call.a2)
            return 0
        case Command.getSignal: return Int64(file.ownerSignal)
        // Nobody else can want a file of this kernel: no lease is ever given.
        case Command.getLease: return Int64(Self.unlock)
        case Command.notify: throw file.node.isDirectory ? .EINVAL : .ENOTDIR
        case Command.setPipeSize, Command.getPipeSize:
            guard let pipe = (file as? PipeEnd)?.pipe else { throw .EBADF }
            return Int64(command == Command.getPipeSize ? pipe.capacity : try pipe.resize(word(call.a2)))
        case Command.addSeals, Command.getSeals:
            guard let memory = file.node as? TemporaryFile else { throw .EINVAL }
            if command == Command.getSeals { return Int64(memory.seals) }
            guard file.canWrite else { throw .EPERM }
            try memory.addSeals(word(call.a2))
            return 0
        default: throw .EINVAL
        }
    }

    /// `struct f_owner_ex`: kind (thread, process, group) and number.
    private func ownerExtended(_ file: OpenFile, sets: Bool) throws(Errno) -> Int64 {
        guard sets else {
            try userStore(Int32(file.owner < 0 ? 2 : 1), to: call.a2)
            try userStore(file.owner < 0 ? -file.owner : file.owner, to: call.a2 &+ 4)
            return 0
        }
        let kind = try userLoad(call.a2, as: Int32.self)
        let number = try userLoad(call.a2 &+ 4, as: Int32.self)
        guard (0...2).contains(kind) else { throw .EINVAL }
        guard number >= 0 else { throw .ESRCH }
        file.owner = try existingOwner(kind == 2 ? -number : number)
        return 0
    }

    /// A process or thread by its number, a group by its negative; 0 is nobody.
    private func existingOwner(_ owner: Int32) throws(Errno) -> Int32 {
        guard owner != Int32.min else { throw .EINVAL }
        let isThere =
            owner < 0
            ? kernel.processList.contains { $0.processGroup == -owner } : owner == 0 || kernel.thread(owner) != nil
        guard isThere else { throw .ESRCH }
        return owner
    }

    // MARK: Record locks

    private static let readLock: Int16 = 0
    private static let writeLock: Int16 = 1
    private static let unlock: Int16 = 2

    /// `struct flock`: i16 type, i16 whence, i64 start at 8, i64 length at 16, i32 process at 24.
    private func lockRange(_ file: OpenFile) throws(Errno) -> (type: Int16, start: UInt64, end: UInt64) {
        let type = try userLoad(call.a2, as: Int16.self)
        let whence = try userLoad(call.a2 &+ 2, as: Int16.self)
        let start = try userLoad(call.a2 &+ 8, as: Int64.self)
        let length = try userLoad(call.a2 &+ 16, as: Int64.self)
        let base: Int64
        switch whence {
        case 0: base = 0
        case 1: base = Int64(clamping: (file as? PositionedFile)?.offset ?? 0)
        case 2: base = Int64(clamping: try file.status().size)
        default: throw .EINVAL
        }
        let (from, overflow) = base.addingReportingOverflow(start)
        guard !overflow else { throw .EOVERFLOW }
        guard from >= 0, type >= 0, type <= Self.unlock else { throw .EINVAL }
        if length == 0 { return (type, UInt64(from), UInt64.max) }
        let (to, tooFar) = from.addingReportingOverflow(length)
        guard !tooFar else { throw .EOVERFLOW }
        guard to >= 0 else { throw .EINVAL }
        return length > 0 ? (type, UInt64(from), UInt64(to)) : (type, UInt64(to), UInt64(from))
    }

    private func setLock(_ file: OpenFile, _ owner: Process?, waits: Bool) throws(Errno) -> Int64 {
        let range = try lockRange(file)
        // The lock of an open file belongs to no process.
        if owner == nil, try userLoad(call.a2 &+ 24, as: Int32.self) != 0 { throw .EINVAL }
        if range.type == Self.unlock {
            FileLocks.unlockRecord(file, process: owner, range.start, range.end)
            return 0
        }
        guard range.type == Self.readLock ? file.canRead : file.canWrite else { throw .EBADF }
        try FileLocks.lockRecord(
            file, process: owner, exclusive: range.type == Self.writeLock, range.start, range.end, waits: waits)
        return 0
    }

    private func findLock(_ file: OpenFile, _ ofFile: Bool) throws(Errno) -> Int64 {
        let range = try lockRange(file)
        guard range.type != Self.unlock else { throw .EINVAL }
        let found = FileLocks.conflict(
            file, process: ofFile ? nil : process, exclusive: range.type == Self.writeLock, range.start, range.end)
        guard let found else {
            try userStore(Self.unlock, to: call.a2)
            return 0
        }
        try userStore(found.isExclusive ? Self.writeLock : Self.readLock, to: call.a2)
        try userStore(Int16(0), to: call.a2 &+ 2)
        try userStore(found.start, to: call.a2 &+ 8)
        try userStore(found.end == UInt64.max ? 0 : found.end - found.start, to: call.a2 &+ 16)
        try userStore(found.process, to: call.a2 &+ 24)
        return 0
    }

    func flock() throws(Errno) -> Int64 {
        let operation = word(call.a1) & ~4
        guard operation == 1 || operation == 2 || operation == 8 else { throw .EINVAL }
        let file = try dataFile(call.a0)
        let waits = call.a1 & 4 == 0
        switch operation {
        case 1: try FileLocks.lockWhole(file, exclusive: false, waits: waits)
        case 2: try FileLocks.lockWhole(file, exclusive: true, waits: waits)
        default: FileLocks.unlockWhole(file)
        }
        return 0
    }
}
