import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Serves the enclave's untrusted mounts: directories of the container that the manifest lists as such.
final class UntrustedServer: Sendable {
    static let longestPath = 4096
    private static let mostOpen = 4096

    let sources: UntrustedSources
    private let open = Mutex<[UInt64: OpenHandle]>([:])

    init(root: consuming FileDescriptor, mounts: [Mount]) { sources = UntrustedSources(root: root, mounts: mounts) }

    /// The answer to a call about an untrusted mount; `nil` for calls that are none.
    func serve(_ name: HostCall, _ call: CallView) -> Int64? {
        switch name {
        case .untrustedStatus: return status(call)
        case .untrustedList: return list(call)
        case .untrustedOpen: return openFile(call)
        case .untrustedRead: return withFile(call) { read($0, call) }
        case .untrustedWrite: return withFile(call) { write($0, call) }
        case .untrustedClose: return open.withLock { $0.removeValue(forKey: call.argument(0)) } == nil ? -Int64(EBADF) : 0
        case .untrustedChange: return change(call)
        case .untrustedChangeOpen: return changeOpen(call)
        case .untrustedSettle: return withFile(call) { settle($0, call.argument(1)) }
        case .untrustedLinkTarget: return linkTarget(call)
        case .untrustedAllocate: return withFile(call) { allocate($0, call) }
        default: return nil
        }
    }

    /// A path of the data area whose length is argument `index`; `nil` where it is too long.
    static func path(_ call: CallView, _ index: Int) -> [UInt8]? {
        let length = call.argument(index)
        return length < UInt64(longestPath) ? call.bytes(Int(length)) : nil
    }

    private func withFile(_ call: CallView, _ body: (Int32) -> Int64) -> Int64 {
        guard let file = open.withLock({ $0[call.argument(0)] }) else { return -Int64(EBADF) }
        return body(file.descriptor.raw)
    }

    /// What changes a mount's files is refused where it is read only, whoever opened them.
    private func changeOpen(_ call: CallView) -> Int64 {
        guard let file = open.withLock({ $0[call.argument(0)] }) else { return -Int64(EBADF) }
        guard file.mayChange else { return -Int64(EROFS) }
        guard let change = UntrustedChange(rawValue: call.argument(1)), change.isOfAttributes else { return -Int64(ENOSYS) }
        return Self.changeAttributes(change, file.descriptor.raw, call.argument(2), call.bytes(Self.timesLength))
    }

    // MARK: Looking

    private func status(_ call: CallView) -> Int64 {
        if call.argument(2) != UInt64.max {
            guard let file = open.withLock({ $0[call.argument(2)] }) else { return -Int64(EBADF) }
            return Self.answerStatus(of: file.descriptor.raw, call)
        }
        guard let path = Self.path(call, 1) else { return -Int64(ENAMETOOLONG) }
        // O_PATH and O_NOFOLLOW: of a link, the link itself.
        let result = sources.open(call.argument(0), path, flags: O_PATH)
        guard result >= 0 else { return Int64(result) }
        let file = FileDescriptor(owning: Int32(result))
        return Self.answerStatus(of: file.raw, call)
    }

    private static func answerStatus(of file: Int32, _ call: CallView) -> Int64 {
        var found = stat()
        guard fstat(file, &found) == 0 else { return -Int64(errno) }
        let times = [found.st_atim, found.st_mtim, found.st_ctim].map {
            (seconds: Int64($0.tv_sec), nanoseconds: UInt32(clamping: $0.tv_nsec))
        }
        let status = UntrustedStatus(
            mode: found.st_mode, links: UInt32(clamping: found.st_nlink), uid: found.st_uid, gid: found.st_gid,
            number: UInt64(found.st_ino), size: UInt64(max(found.st_size, 0)), blocks: UInt64(max(found.st_blocks, 0)), times: times
        )
        return call.answer(status.encoded())
    }

    private func linkTarget(_ call: CallView) -> Int64 {
        guard let path = Self.path(call, 1) else { return -Int64(ENAMETOOLONG) }
        let result = sources.open(call.argument(0), path, flags: O_PATH)
        guard result >= 0 else { return Int64(result) }
        let file = FileDescriptor(owning: Int32(result))
        let count = readlinkat(file.raw, "", call.data.assumingMemoryBound(to: CChar.self), Self.longestPath)
        return count < 0 ? -Int64(errno) : Int64(count)
    }

    // MARK: Open files

    private func openFile(_ call: CallView) -> Int64 {
        guard let path = Self.path(call, 1) else { return -Int64(ENAMETOOLONG) }
        // Each argument is read once: the words are the enclave's to change.
        let (mount, wanted) = (call.argument(0), call.argument(3))
        let flags = Int32(truncatingIfNeeded: wanted) & (O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC)
        if flags != O_RDONLY, !sources.isWritable(mount) { return -Int64(EROFS) }
        guard open.withLock({ $0.count < Self.mostOpen }) else { return -Int64(ENFILE) }
        let mode = UInt32(truncatingIfNeeded: wanted >> 32) & 0o7777
        let result = sources.open(mount, path, flags: flags, mode: mode)
        guard result >= 0 else { return Int64(result) }
        let file = FileDescriptor(owning: Int32(result))
        var found = stat()
        guard fstat(file.raw, &found) == 0 else { return -Int64(errno) }
        // The umask that counts is the program's: the mode comes without it.
        if flags & O_EXCL != 0, fchmod(file.raw, mode) != 0 { return -Int64(errno) }
        // A FIFO or a device would have the enclave wait for whoever is behind it.
        guard found.st_mode & S_IFMT == S_IFREG else { return -Int64(found.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENXIO) }
        let handle = call.argument(2)
        let kept = OpenHandle(file, mayChange: sources.isWritable(mount))
        return open.withLock { held in
            guard held[handle] == nil else { return -Int64(EEXIST) }
            guard held.count < Self.mostOpen else { return -Int64(ENFILE) }
            held[handle] = kept
            return 0
        }
    }

    private func read(_ file: Int32, _ call: CallView) -> Int64 {
        guard let offset = off_t(exactly: call.argument(1)) else { return -Int64(EINVAL) }
        return Self.uninterrupted { pread(file, call.data, call.length(2), offset) }
    }

    private func write(_ file: Int32, _ call: CallView) -> Int64 {
        guard let offset = off_t(exactly: call.argument(1)) else { return -Int64(EINVAL) }
        return Self.uninterrupted { pwrite(file, call.data, call.length(2), offset) }
    }

    private static func uninterrupted(_ body: () -> Int) -> Int64 {
        while true {
            let count = body()
            if count >= 0 { return Int64(count) }
            if errno != EINTR { return -Int64(errno) }
        }
    }

    private func allocate(_ file: Int32, _ call: CallView) -> Int64 {
        guard let offset = off_t(exactly: call.argument(2)), let length = off_t(exactly: call.argument(3)) else {
            return -Int64(EINVAL)
        }
        // FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE.
        let mode = Int32(truncatingIfNeeded: call.argument(1)) & 3
        while true {
            let result = cl_change_room(file, mode, Int64(offset), Int64(length))
            if result != -Int(EINTR) { return Int64(result) }
        }
    }

    private func settle(_ file: Int32, _ size: UInt64) -> Int64 {
        if size == UInt64.max { return Self.uninterrupted { Int(fsync(file)) } }
        guard let size = off_t(exactly: size) else { return -Int64(EINVAL) }
        return Self.uninterrupted { Int(ftruncate(file, size)) }
    }
}

/// A descriptor shared by the threads that use it; closed when the table and the last of them let go.
private final class OpenHandle: Sendable {
    let descriptor: FileDescriptor
    let mayChange: Bool

    init(_ descriptor: consuming FileDescriptor, mayChange: Bool) {
        self.descriptor = descriptor
        self.mayChange = mayChange
    }
}
