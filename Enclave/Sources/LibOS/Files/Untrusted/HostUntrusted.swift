import EnclaveRuntime
import Wire

/// The host's answers about untrusted mounts, checked: no count beyond what was asked for, no value that Linux would not give, no errno
/// that such calls do not have.
///
/// Whether an answer is true nobody knows: that is what the word in the manifest says.
enum HostUntrusted {
    /// No directory of more names is listed: a part of the kernel's memory is enough for it.
    private static var mostEntries: Int { Int(min(kernel.configuration.kernelMemory / 512, 1 << 20)) }
    static let longestPath = 4096

    /// The errno of a negative result: one that a call on a file has.
    static func errno(_ result: Int64) -> Errno {
        guard result < 0, result >= -133 else { return .EIO }
        let error = Errno(code: Int32(-result))
        switch error {
        // What would make the program look for a fault of its own, or try again for ever.
        case .EFAULT, .EINTR, .EAGAIN, .ENOSYS, .EBADF: return .EIO
        default: return error
        }
    }

    private static func checked(_ result: Int64, most: Int = 0) throws(Errno) -> Int {
        guard result >= 0 else { throw errno(result) }
        guard result <= Int64(most) else { throw .EIO }
        return Int(result)
    }

    /// A call whose data area begins with a path, and whose answer is read from there.
    private static func ask(
        _ call: HostCall, _ mount: Int, _ path: Bytes, _ a2: UInt64 = 0, _ a3: UInt64 = 0, most: Int = 0
    ) throws(Errno) -> Bytes {
        guard path.count < longestPath else { throw .ENAMETOOLONG }
        var answer: Bytes = []
        let result = Host.unlockedCall { area in
            area.write(path)
            let n = area.call(call, UInt64(mount), UInt64(path.count), a2, a3)
            if n > 0, n <= Int64(most) { answer = area.read(count: Int(n)) }
            return n
        }
        _ = try checked(result, most: most)
        return answer
    }

    // MARK: Looking

    /// What is at a path; a link is not followed.
    ///
    /// BLOCKS.
    static func status(_ mount: Int, _ path: Bytes) throws(Errno) -> UntrustedStatus {
        try status(try ask(.untrustedStatus, mount, path, UInt64.max, most: UntrustedStatus.byteCount))
    }

    /// BLOCKS.
    static func status(_ mount: Int, handle: UInt64) throws(Errno) -> UntrustedStatus {
        try status(try ask(.untrustedStatus, mount, [], handle, most: UntrustedStatus.byteCount))
    }

    private static func status(_ bytes: Bytes) throws(Errno) -> UntrustedStatus {
        do throws(WireError) { return try UntrustedStatus(decoding: bytes) } catch { throw .EIO }
    }

    /// All names in a directory.
    ///
    /// BLOCKS.
    static func list(_ mount: Int, _ path: Bytes) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        var place: UInt64 = 0
        while true {
            let records = try ask(.untrustedList, mount, path, place, most: CallFrame.dataLength)
            if records.isEmpty { return list }
            do throws(WireError) { place = try decode(records, into: &list) } catch { throw .EIO }
            guard list.count <= mostEntries else { throw .EOVERFLOW }
        }
    }

    private static func decode(_ records: Bytes, into list: inout [DirectoryEntry]) throws(WireError) -> UInt64 {
        var reader = ByteReader(records)
        var next: UInt64 = 0
        while reader.remaining > 0 {
            let entry = try UntrustedEntry(from: &reader)
            list.append(DirectoryEntry(name: entry.name, number: entry.number, kind: FileKind(bits: UInt32(entry.type) << 12)))
            next = entry.next
        }
        return next
    }

    /// BLOCKS.
    static func linkTarget(_ mount: Int, _ path: Bytes) throws(Errno) -> Bytes {
        let target = try ask(.untrustedLinkTarget, mount, path, most: longestPath)
        // No link leads nowhere.
        guard !target.isEmpty, !target.contains(0) else { throw .EIO }
        return target
    }

    // MARK: Changing

    /// BLOCKS.
    static func change(
        _ change: UntrustedChange, _ mount: Int, _ path: Bytes, and more: Bytes = [], _ value: UInt64 = 0
    ) throws(Errno) {
        guard path.count < longestPath, more.count < longestPath else { throw .ENAMETOOLONG }
        let result = Host.unlockedCall { area in
            area.write(path + more)
            return area.call(
                .untrustedChange, UInt64(mount), change.rawValue, UInt64(path.count) | UInt64(more.count) << 32, value)
        }
        _ = try checked(result)
    }

    /// The same of an open file: mode, owner or times.
    ///
    /// BLOCKS.
    static func change(_ change: UntrustedChange, of handle: UInt64, and more: Bytes, _ value: UInt64) throws(Errno) {
        let result = Host.unlockedCall { area in
            area.write(more)
            return area.call(.untrustedChangeOpen, handle, change.rawValue, value)
        }
        _ = try checked(result)
    }

    // MARK: Open files

    /// BLOCKS.
    static func open(_ mount: Int, _ path: Bytes, as handle: UInt64, flags: UInt32, mode: UInt32 = 0) throws(Errno) {
        _ = try ask(.untrustedOpen, mount, path, handle, UInt64(flags) | UInt64(mode) << 32)
    }

    static func close(_ handle: UInt64) { _ = Host.unlockedCall { $0.call(.untrustedClose, handle) } }

    /// As many bytes as one call moves.
    ///
    /// BLOCKS.
    static func read(_ handle: UInt64, _ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        let wanted = min(buffer.count, CallFrame.dataLength)
        sendPendingWakeUps()
        let area = HostCallArea()
        KernelLock.release()
        let result = area.call(.untrustedRead, handle, offset, UInt64(wanted))
        KernelLock.acquire()
        let count = try checked(result, most: wanted)
        try buffer.copyOut(from: area, at: 0, count, to: 0)
        return count
    }

    /// BLOCKS.
    static func write(_ handle: UInt64, _ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        let wanted = min(buffer.count, CallFrame.dataLength)
        sendPendingWakeUps()
        let area = HostCallArea()
        try buffer.copyIn(to: area, at: 0, wanted, from: 0)
        KernelLock.release()
        let result = area.call(.untrustedWrite, handle, offset, UInt64(wanted))
        KernelLock.acquire()
        return try checked(result, most: wanted)
    }

    /// Sets the length of an open file.
    ///
    /// BLOCKS.
    static func resize(_ handle: UInt64, _ size: UInt64) throws(Errno) {
        _ = try checked(Host.unlockedCall { $0.call(.untrustedSettle, handle, size) })
    }

    /// BLOCKS.
    static func synchronise(_ handle: UInt64) throws(Errno) { try resize(handle, UInt64.max) }

    /// BLOCKS.
    static func allocate(_ handle: UInt64, mode: UInt32, _ offset: UInt64, _ length: UInt64) throws(Errno) {
        _ = try checked(Host.unlockedCall { $0.call(.untrustedAllocate, handle, UInt64(mode), offset, length) })
    }
}
