import CEnclave

/// execve and execveat: another program in the same process.
enum ExecCalls {
    private static let emptyPath: UInt64 = 0x1000
    private static let noFollow: UInt64 = 0x100
    private static let currentDirectory: Int32 = -100
    /// The longest single string, with its end.
    private static let longestString = 131_072

    static func execve(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let path = try userPath(call.a0)
        let strings = try Strings(arguments: call.a1, environment: call.a2, thread.process)
        let file = try kernel.files.executableFile(path: path, at: thread.process.directory)
        return try run(file, path: path, strings, thread)
    }

    static func execveat(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let process = thread.process
        let path = try userPath(call.a1)
        guard !path.isEmpty || call.a4 & emptyPath != 0 else { throw .ENOENT }
        guard call.a4 & ~(emptyPath | noFollow) == 0 else { throw .EINVAL }
        let descriptor = Int32(truncatingIfNeeded: call.a0)
        let strings = try Strings(arguments: call.a2, environment: call.a3, process)
        if path.isEmpty { return try runDescriptor(descriptor, strings, thread) }
        if path.first == 0x2f || descriptor == currentDirectory {
            let file = try kernel.files.executableFile(
                path: path, at: process.directory, following: call.a4 & noFollow == 0)
            return try run(file, path: path, strings, thread)
        }
        let base = try process.descriptors.get(descriptor)
        guard base.node.isDirectory else { throw .ENOTDIR }
        let file = try kernel.files.executableFile(
            path: path, at: DirectoryPosition(base.node), following: call.a4 & noFollow == 0)
        return try run(file, path: descriptorPath(descriptor) + [0x2f] + path, strings, thread)
    }

    /// fexecve: the program is what a descriptor names.
    private static func runDescriptor(_ descriptor: Int32, _ strings: Strings, _ thread: Thread) throws(Errno) -> Int64 {
        if descriptor == currentDirectory { throw .EACCES }
        let opened = try thread.process.descriptors.get(descriptor)
        let file = try kernel.files.executableFile(opened.node, path: opened.path, Caller(process: thread.process))
        // Of a script the interpreter could not open a descriptor that is closed by then.
        let head = KernelBuffer(count: 2)
        let count = try file.readAt(0, IOBuffer(kernel: head.bytes, count: 2))
        let isScript = count == 2 && head.bytes.loadUnaligned(as: UInt16.self) == 0x2123
        if isScript, try thread.process.descriptors.closesOnExec(descriptor) { throw .ENOENT }
        return try run(file, path: descriptorPath(descriptor), strings, thread)
    }

    private static func descriptorPath(_ descriptor: Int32) -> Bytes {
        var text = TextBuilder("/dev/fd/")
        text.add(Int(descriptor))
        return text.bytes
    }

    private static func run(_ file: OpenFile, path: Bytes, _ strings: Strings, _ thread: Thread) throws(Errno) -> Int64 {
        let process = thread.process
        let program = try ResolvedProgram(file, path: path, arguments: strings.arguments, at: process.directory)
        let status = try file.node.status()
        try endOtherThreads(thread)
        // From here on there is no way back: an error ends the process, as under Linux.
        do throws(Errno) {
            releaseOld(thread)
            takeIdentity(status, thread)
            try kernel.become(process, thread, program, environment: strings.environment)
        } catch {
            endProcess(process, status: 0, signal: UInt32(Signal.segmentation))
            endCurrentThread(thread)
        }
        process.descriptors.closeOnExec()
        if let frame = thread.frame { frame.pointee = thread.startFrame }
        fs_base_write(0)
        extended_state_initialise()
        return 0
    }

    /// Every other thread leaves; the caller becomes the process' first.
    private static func endOtherThreads(_ thread: Thread) throws(Errno) {
        let process = thread.process
        guard process.survivor == nil, process.ending == nil else { throw .EAGAIN }
        process.survivor = thread
        while process.threads.count > 1 {
            process.hurry()
            sendPendingWakeUps()
            // An interruption that finds kernel code is lost: it is asked for again.
            waitUninterrupted(on: process.threadEnded, for: 10_000_000)
            if process.ending != nil { endCurrentThread(thread) }
        }
        process.survivor = nil
        thread.id = process.id
    }

    private static func releaseOld(_ thread: Thread) {
        let process = thread.process
        RobustList.release(thread)
        PriorityLocks.release(ownedBy: thread)
        let space = process.addressSpace
        MemoryCalls.saveShared(0, .max, space)
        space.remove(0, .max)
        process.signals.resetHandlers()
        process.timers.removeAll()
        process.attributes.barriers = 0
        thread.signals.alternateStack = AlternateStack()
        thread.clearChildTID = 0
        process.attributes.dumpable = 1
    }

    /// Set-user-ID and set-group-ID bits of the file, and what the program keeps of its capabilities.
    private static func takeIdentity(_ status: FileStatus, _ thread: Thread) {
        let process = thread.process
        if !thread.attributes.noNewPrivileges {
            if status.mode & 0o4000 != 0 { process.euid = status.uid }
            if status.mode & 0o2010 == 0o2010 { process.egid = status.gid }
        }
        process.suid = process.euid
        process.sgid = process.egid
        process.fsuid = process.euid
        process.fsgid = process.egid
        process.capabilities.replaceProgram(uid: process.uid, euid: process.euid)
    }

    /// Arguments and environment, copied before the old program goes.
    private struct Strings {
        let arguments: [Bytes]
        let environment: [Bytes]

        init(arguments: UInt64, environment: UInt64, _ process: Process) throws(Errno) {
            // A quarter of the stack, no less than 128 KiB and no more than 6 MiB.
            let quarter = process.limits[ResourceLimits.stack].soft / 4
            var room = Int(min(max(quarter, 128 << 10), 6 << 20))
            let list = try Self.read(arguments, &room)
            self.arguments = list.isEmpty ? [[]] : list
            self.environment = try Self.read(environment, &room)
        }

        private static func read(_ address: UInt64, _ room: inout Int) throws(Errno) -> [Bytes] {
            var result: [Bytes] = []
            guard address != 0 else { return [] }
            while true {
                let pointer = try userLoad(address &+ UInt64(result.count) * 8, as: UInt64.self)
                if pointer == 0 { return result }
                let string = try userString(pointer, limit: longestString, tooLong: .E2BIG)
                room -= string.count + 9
                guard room >= 0 else { throw .E2BIG }
                result.append(string)
            }
        }
    }
}
