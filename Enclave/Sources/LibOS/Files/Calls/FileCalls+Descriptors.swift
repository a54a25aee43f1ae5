extension FileCalls {
    /// Calls on descriptors that move no data.
    func descriptorCall() throws(Errno) -> Int64? {
        switch call.number {
        case 3:
            try process.descriptors.close(int(call.a0))
            return 0
        case 5: return try statusOfDescriptor()
        case 16: return try ioctl()
        case 22: return try pipe(flags: 0)
        case 293: return try pipe(flags: word(call.a1))
        case 32: return Int64(try process.descriptors.install(try file(call.a0), cloexec: false))
        case 33, 292: return try duplicate()
        case 72: return try control()
        case 73: return try flock()
        case 74, 75:
            try dataFile(call.a0).synchronise()
            return 0
        case 306:
            try dataFile(call.a0).node.fileSystem.synchronise()
            return 0
        case 162:
            files.synchronise()
            return 0
        case 277: return try synchroniseRange()
        case 77: return try truncateDescriptor()
        case 285: return try allocate()
        case 78: return try readEntries(.old)
        case 217: return try readEntries(.new)
        case 187, 221: return try advise()
        case 436: return try closeRange()
        case 319: return try memoryFile()
        default: return nil
        }
    }

    private func statusOfDescriptor() throws(Errno) -> Int64 {
        try userStore(StatusRecord(try file(call.a0).status()), to: call.a1)
        return 0
    }

    private func readEntries(_ format: EntryFormat) throws(Errno) -> Int64 {
        let directory = try dataFile(call.a0)
        let buffer = IOBuffer(user: call.a1, count: Int(min(UInt64(word(call.a2)), Self.most)))
        let count = try directory.readEntries(buffer, format: format)
        FileNotices.accessed(directory)
        return Int64(count)
    }

    // MARK: New descriptors

    private func pipe(flags: UInt32) throws(Errno) -> Int64 {
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking | OpenFlags.direct) == 0 else { throw .EINVAL }
        let ends = PipeEnd.pair(flags: flags)
        return try installPair(ends.read, ends.write, cloexec: flags & OpenFlags.closeOnExec != 0, at: call.a0)
    }

    /// Installs two files and writes their numbers, or does neither.
    func installPair(_ a: OpenFile, _ b: OpenFile, cloexec: Bool, at address: UInt64) throws(Errno) -> Int64 {
        let table = process.descriptors
        let first = try table.install(a, cloexec: cloexec)
        do throws(Errno) {
            let second = try table.install(b, cloexec: cloexec)
            do throws(Errno) {
                try userStore(first, to: address)
                try userStore(second, to: address &+ 4)
            } catch {
                try table.close(second)
                throw error
            }
        } catch {
            try table.close(first)
            throw error
        }
        return 0
    }

    private func duplicate() throws(Errno) -> Int64 {
        let old = int(call.a0)
        let new = int(call.a1)
        let flags = call.number == 292 ? word(call.a2) : 0
        guard flags & ~OpenFlags.closeOnExec == 0, call.number == 33 || old != new else { throw .EINVAL }
        let file = try file(call.a0)
        if old == new { return Int64(new) }
        try process.descriptors.replace(new, with: file, cloexec: flags != 0)
        return Int64(new)
    }

    private func memoryFile() throws(Errno) -> Int64 {
        let flags = word(call.a1)
        // MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_NOEXEC_SEAL, MFD_EXEC; there are no huge pages.
        guard flags & ~0x1b == 0, flags & 0x18 != 0x18 else { throw .EINVAL }
        let name = try userPath(call.a0)
        guard name.count <= 249 else { throw .EINVAL }
        var shown = TextBuilder("/memfd:")
        shown.add(name)
        shown.add(" (deleted)")
        let seals = flags & 0xa != 0 ? 0 : TemporaryFile.sealSeal
        let file = TemporaryFile(files.anonymousMemory, mode: 0o777, uid: caller.uid, gid: caller.gid, seals: seals)
        file.clearLinks()
        let open = TemporaryOpenFile(file, path: shown.bytes, flags: OpenFlags.readWrite | OpenFlags.large)
        return Int64(try process.descriptors.install(open, cloexec: flags & 1 != 0))
    }

    private func closeRange() throws(Errno) -> Int64 {
        let first = word(call.a0)
        let last = word(call.a1)
        let flags = word(call.a2)
        guard first <= last, flags & ~6 == 0 else { throw .EINVAL }
        for descriptor in process.descriptors.inUse {
            let number = UInt32(bitPattern: descriptor)
            guard number >= first, number <= last else { continue }
            if flags & 4 != 0 {
                try process.descriptors.setClosesOnExec(descriptor, true)
            } else {
                try process.descriptors.close(descriptor)
            }
        }
        return 0
    }

    // MARK: Size and hints

    private func truncateDescriptor() throws(Errno) -> Int64 {
        let size = try offset(call.a1)
        let file = try dataFile(call.a0)
        guard file.canWrite else { throw .EINVAL }
        try SharedFiles.willChange(file.node)
        try file.truncate(to: size)
        FileNotices.modified(file)
        return 0
    }

    private func allocate() throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        guard Int64(bitPattern: call.a2) >= 0, Int64(bitPattern: call.a3) > 0 else { throw .EINVAL }
        guard AllocationMode.isKnown(word(call.a1)) else { throw .EOPNOTSUPP }
        guard file.canWrite else { throw .EBADF }
        if file.node.kind == .fifo { throw .ESPIPE }
        guard file.node.kind == .regular else { throw .ENODEV }
        try SharedFiles.willChange(file.node)
        try file.allocate(mode: word(call.a1), offset: call.a2, length: call.a3)
        FileNotices.modified(file)
        return 0
    }

    /// readahead and posix_fadvise: nothing to do, but wrong arguments are wrong.
    private func advise() throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        if call.number == 187 {
            guard file.canRead else { throw .EBADF }
            guard file.node.kind == .regular else { throw .EINVAL }
            return 0
        }
        if file.node.kind == .fifo { throw .ESPIPE }
        guard call.a3 <= 5, Int64(bitPattern: call.a2) >= 0 else { throw .EINVAL }
        return 0
    }

    /// sync_file_range starts the writing of a part of a file and waits for none of its names: nothing here is late.
    private func synchroniseRange() throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        let (end, overflow) = Int64(bitPattern: call.a1).addingReportingOverflow(Int64(bitPattern: call.a2))
        let start = Int64(bitPattern: call.a1)
        guard call.a3 & ~7 == 0, start >= 0, !overflow, end >= start else { throw .EINVAL }
        switch file.node.kind {
        case .regular, .directory, .blockDevice, .link: return 0
        default: throw .ESPIPE
        }
    }

    // MARK: ioctl

    private func ioctl() throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        let request = call.a1 & 0xffff_ffff
        switch request {
        case TerminalRequest.setCloseOnExec: try process.descriptors.setClosesOnExec(int(call.a0), true)
        case TerminalRequest.clearCloseOnExec: try process.descriptors.setClosesOnExec(int(call.a0), false)
        case TerminalRequest.setNonBlocking: try setFlag(file, OpenFlags.nonBlocking)
        case TerminalRequest.setAsynchronous: try setFlag(file, OpenFlags.asynchronous)
        default: return try file.ioctl(request, call.a2)
        }
        return 0
    }

    private func setFlag(_ file: OpenFile, _ flag: UInt32) throws(Errno) {
        if try userLoad(call.a2, as: Int32.self) != 0 { file.statusFlags |= flag } else { file.statusFlags &= ~flag }
    }
}
