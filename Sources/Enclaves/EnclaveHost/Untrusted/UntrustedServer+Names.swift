import CLinux
import Glibc
import Linux
import Wire

extension UntrustedServer {
    // MARK: Listing

    /// As many entries as fit, from the place asked for on; "." and ".." are the enclave's own.
    func list(_ call: CallView) -> Int64 {
        guard let path = Self.path(call, 1) else { return -Int64(ENAMETOOLONG) }
        guard let place = off_t(exactly: call.argument(2)) else { return -Int64(EINVAL) }
        let result = sources.open(call.argument(0), path, flags: O_RDONLY | O_DIRECTORY)
        guard result >= 0 else { return Int64(result) }
        let directory = FileDescriptor(owning: Int32(result))
        guard lseek(directory.raw, place, SEEK_SET) >= 0 else { return -Int64(errno) }
        var writer = ByteWriter()
        // An entry of the host's is longer than what is made of it, so a buffer of the data area's length never gives too much.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: CallFrame.dataLength / 4, alignment: 8)
        defer { buffer.deallocate() }
        while writer.bytes.isEmpty {
            let count = cl_list(directory.raw, buffer.baseAddress, buffer.count)
            guard count >= 0 else { return Int64(count) }
            guard count > 0 else { break }
            Self.convert(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &writer)
        }
        return call.answer(writer.bytes)
    }

    /// `struct linux_dirent64`: number, next, length, type, name.
    private static func convert(_ records: UnsafeRawBufferPointer, into writer: inout ByteWriter) {
        var at = 0
        while at + 19 <= records.count {
            let length = Int(records.loadUnaligned(fromByteOffset: at + 16, as: UInt16.self))
            guard length > 19, at + length <= records.count else { return }
            let name = Array(records[(at + 19)..<(at + length)].prefix { $0 != 0 })
            if name != [0x2e], name != [0x2e, 0x2e], name.count <= 255 {
                let entry = UntrustedEntry(
                    next: records.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self),
                    number: records.loadUnaligned(fromByteOffset: at, as: UInt64.self), type: records[at + 18], name: name)
                entry.encode(into: &writer)
            }
            at += length
        }
    }

    // MARK: Changing

    func change(_ call: CallView) -> Int64 {
        let mount = call.argument(0)
        guard let change = UntrustedChange(rawValue: call.argument(1)) else { return -Int64(ENOSYS) }
        guard sources.isWritable(mount) else { return -Int64(EROFS) }
        let lengths = (call.argument(2) & 0xffff_ffff, call.argument(2) >> 32)
        guard lengths.0 < UInt64(Self.longestPath), lengths.1 < UInt64(Self.longestPath) else { return -Int64(ENAMETOOLONG) }
        let bytes = call.bytes(Int(lengths.0 + lengths.1))
        let path = Array(bytes[..<Int(lengths.0)])
        let more = Array(bytes[Int(lengths.0)...])
        switch change {
        case .setMode, .setOwner, .setTimes, .truncate:
            return Self.changeFile(change, sources.open(mount, path, flags: change == .truncate ? O_WRONLY : O_PATH), more, call)
        default: return changeName(change, mount, path, more, call.argument(3))
        }
    }

    private func changeName(
        _ change: UntrustedChange, _ mount: UInt64, _ path: [UInt8], _ more: [UInt8], _ value: UInt64
    ) -> Int64 {
        let (directory, name) = sources.place(mount, path)
        guard directory >= 0 else { return Int64(directory) }
        let held = FileDescriptor(owning: Int32(directory))
        let text = name.map { CChar(bitPattern: $0) }
        let result: Int
        switch change {
        case .makeDirectory: return Int64(cl_make_directory(held.raw, text, UInt32(value & 0o7777)))
        case .remove: result = Int(unlinkat(held.raw, text, 0))
        case .removeDirectory: result = Int(unlinkat(held.raw, text, AT_REMOVEDIR))
        case .makeLink:
            guard !more.contains(0) else { return -Int64(EINVAL) }
            result = Int(symlinkat((more + [0]).map { CChar(bitPattern: $0) }, held.raw, text))
        case .rename, .addLink:
            let (target, newName) = sources.place(mount, more)
            guard target >= 0 else { return Int64(target) }
            let other = FileDescriptor(owning: Int32(target))
            let newText = newName.map { CChar(bitPattern: $0) }
            if change == .rename { return Int64(cl_rename(held.raw, text, other.raw, newText, UInt32(value & 3))) }
            result = Int(linkat(held.raw, text, other.raw, newText, 0))
        default: return -Int64(EINVAL)
        }
        return result < 0 ? -Int64(errno) : 0
    }

    /// Attributes are set through a descriptor, so that no link is followed meanwhile.
    private static func changeFile(_ change: UntrustedChange, _ opened: Int, _ more: [UInt8], _ call: CallView) -> Int64 {
        guard opened >= 0 else { return Int64(opened) }
        let file = FileDescriptor(owning: Int32(opened))
        let value = call.argument(3)
        guard change == .truncate else { return changeAttributes(change, file.raw, value, more) }
        guard let size = off_t(exactly: value) else { return -Int64(EINVAL) }
        return ftruncate(file.raw, size) == 0 ? 0 : -Int64(errno)
    }

    /// Length of the two times that a change of times comes with.
    static let timesLength = 32

    static func changeAttributes(_ change: UntrustedChange, _ file: Int32, _ value: UInt64, _ more: [UInt8]) -> Int64 {
        let result: Int32
        switch change {
        case .setMode: return Int64(cl_change_mode(file, UInt32(value & 0o7777)))
        case .setOwner:
            let owner = (uid_t(truncatingIfNeeded: value), gid_t(truncatingIfNeeded: value >> 32))
            result = fchownat(file, "", owner.0, owner.1, itself)
        default:
            guard let times = times(more) else { return -Int64(EINVAL) }
            result = utimensat(file, "", times, itself)
        }
        return result < 0 ? -Int64(errno) : 0
    }

    /// AT_EMPTY_PATH.
    private static let itself: Int32 = 0x1000

    private static func times(_ bytes: [UInt8]) -> [timespec]? {
        var reader = ByteReader(bytes)
        var times: [timespec] = []
        do throws(WireError) {
            for _ in 0..<2 {
                let seconds = try reader.i64()
                times.append(timespec(tv_sec: Int(seconds), tv_nsec: Int(truncatingIfNeeded: try reader.u64())))
            }
        } catch { return nil }
        return times
    }
}
