import Wire

/// An open file of an untrusted mount: the host's open file by a number of ours.
final class UntrustedOpenFile: PositionedFile {
    private let file: UntrustedFile
    private let handle: UInt64

    init(_ file: UntrustedFile, handle: UInt64, path: Bytes, flags: UInt32) {
        self.file = file
        self.handle = handle
        super.init(node: file, path: path, flags: flags)
    }

    deinit { HostUntrusted.close(handle) }

    override var mappable: Bool { true }

    override func status() throws(Errno) -> FileStatus {
        try file.fileStatus(try HostUntrusted.status(file.mount.mount, handle: handle))
    }

    // MARK: Attributes, of the open file and not of what has its name

    private func change(_ change: UntrustedChange, and more: Bytes = [], _ value: UInt64 = 0) throws(Errno) {
        if file.fileSystem.readOnly { throw .EROFS }
        try HostUntrusted.change(change, of: handle, and: more, value)
    }

    override func setMode(_ mode: UInt32) throws(Errno) { try change(.setMode, UInt64(mode & 0o7777)) }

    override func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        try change(.setOwner, UntrustedNode.owner(uid, gid))
    }

    override func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        try change(.setTimes, and: UntrustedNode.times(accessed, modified))
    }

    override func size() throws(Errno) -> UInt64 { try status().size }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        // No file reaches so far: an offset behind it is the host's invention.
        guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else { return 0 }
        return try pieces(buffer) { (done, part) throws(Errno) in try HostUntrusted.read(handle, offset + UInt64(done), part) }
    }

    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        // As Linux: with O_APPEND even pwrite appends.
        return try put(statusFlags & OpenFlags.append != 0 ? try size() : offset, buffer)
    }

    override func writeBack(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try put(offset, buffer) }

    private func put(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else { throw .EFBIG }
        return try pieces(try FileSizeLimit.cut(buffer, at: offset)) { (done, part) throws(Errno) in
            try HostUntrusted.write(handle, offset + UInt64(done), part)
        }
    }

    /// One host call after another, until one moves less than it was asked to.
    private func pieces(_ buffer: IOBuffer, _ move: (Int, IOBuffer) throws(Errno) -> Int) throws(Errno) -> Int {
        var done = 0
        while done < buffer.count {
            let part = buffer.slice(from: done, count: min(buffer.count - done, Host.limit))
            let count: Int
            do throws(Errno) { count = try move(done, part) } catch {
                if done > 0 { break }
                throw error
            }
            done += count
            if count < part.count { break }
        }
        return done
    }

    override func truncate(to size: UInt64) throws(Errno) {
        guard size <= UInt64(Int64.max) else { throw .EFBIG }
        try FileSizeLimit.check(size, growingFrom: try self.size())
        try HostUntrusted.resize(handle, size)
    }

    override func allocate(mode: UInt32, offset: UInt64, length: UInt64) throws(Errno) {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, end <= UInt64(Int64.max) else { throw .EFBIG }
        let kind = try AllocationMode(flags: mode)
        if kind == .reserve(keepsSize: false) { try FileSizeLimit.check(end, growingFrom: try size()) }
        try HostUntrusted.allocate(handle, mode: mode, offset, length)
    }

    override func synchronise() throws(Errno) {
        // What was only read has nothing to be written.
        if canWrite { try HostUntrusted.synchronise(handle) }
    }
}
