import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Blocks of encrypted volumes: files that are read, written and made durable, and whose bytes mean nothing here.
final class VolumeServer: Sendable {
    private static let mostOpen = 64
    static let fileName = "volume"
    /// 16 TiB and a block: what references of 32 bits reach.
    private static let longest = UInt64(UInt32.max) * 4096 + 4096
    private static let readOnly: UInt64 = 1
    /// O_TMPFILE, which the Glibc module does not show.
    private static let temporaryFile: Int32 = 0o20200000

    private let root: FileDescriptor
    private let places: VolumePlaces
    private let mounts: [Mount]
    private let log: LogWriter
    private let open = Mutex<[OpenVolume]>([])

    init(root: consuming FileDescriptor, _ places: VolumePlaces, mounts: [Mount], log: LogWriter) {
        self.root = root
        self.places = places
        self.mounts = mounts
        self.log = log
    }

    // MARK: Opening

    /// A handle, or a negative errno with a line in the log that says what is wrong with which folder.
    func open(_ call: CallView) -> Int64 {
        do throws(SystemCallError) {
            let volume = call.argument(0) == .max ? try scratch() : try persistent(call.argument(0), call.argument(1))
            return open.withLock { volumes in
                guard volumes.count < Self.mostOpen else { return -Int64(EMFILE) }
                volumes.append(volume)
                return Int64(volumes.count - 1)
            }
        } catch {
            log.write(.error, "\(error)")
            return -Int64(error.code)
        }
    }

    private func persistent(_ number: UInt64, _ flags: UInt64) throws(SystemCallError) -> OpenVolume {
        guard number < UInt64(mounts.count), mounts[Int(number)].trust == .encrypted else {
            throw SystemCallError(EINVAL, "open a volume the configuration does not have")
        }
        let mount = mounts[Int(number)]
        let path = String(decoding: mount.path, as: UTF8.self)
        let readOnly = flags & Self.readOnly != 0
        let name = places.folders[path] ?? String(decoding: mount.source, as: UTF8.self)
        let folder = try folder(name, isOfHost: places.folders[path] != nil, making: !readOnly)
        let file = try FileDescriptor.open(
            in: folder.raw, Self.fileName, (readOnly ? O_RDONLY : O_RDWR | O_CREAT) | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
        var status = stat()
        guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SystemCallError(EINVAL, "use \(name)/\(Self.fileName) as a volume, which is no regular file")
        }
        guard flock(file.raw, (readOnly ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            throw SystemCallError(
                errno == EWOULDBLOCK ? EBUSY : errno, "lock the volume in \(name), which another enclave has open")
        }
        guard let counters = places.counters else { return OpenVolume(file, folder, isShared: false) }
        return OpenVolume(file, try FileDescriptor.open(counters, O_RDONLY | O_DIRECTORY), isShared: true)
    }

    /// The folder itself, made with mode 0700 where it is missing; one that is not the host's own lies below the root filesystem.
    private func folder(_ path: String, isOfHost: Bool, making: Bool) throws(SystemCallError) -> FileDescriptor {
        let flags = O_RDONLY | O_DIRECTORY
        if isOfHost {
            if making, mkdir(path, 0o700) < 0, errno != EEXIST { throw SystemCallError(errno, "make the folder \(path)") }
            return try FileDescriptor.open(path, flags)
        }
        let inside = RootedPath(root: root.raw)
        if making, try inside.openIfPresent(path, flags) == nil {
            let (parent, name) = RootedPath.split(path)
            let container = try inside.directory(parent)
            if mkdirat(container.raw, name, 0o700) < 0, errno != EEXIST { throw SystemCallError(errno, "make the folder \(path)") }
        }
        return try inside.open(path, flags)
    }

    /// A file without a name, gone with the last descriptor, also when this process is killed.
    private func scratch() throws(SystemCallError) -> OpenVolume {
        var failure = SystemCallError(ENOENT, "make a file for the writable layer")
        for folder in places.scratch.map({ [$0] }) ?? Self.scratchFolders {
            do throws(SystemCallError) {
                return OpenVolume(try unnamedFile(in: folder), nil, isShared: false)
            } catch { failure = error }
        }
        throw failure
    }

    private static let scratchFolders = ["/var/tmp", "/tmp", "/dev/shm"]

    private func unnamedFile(in folder: String) throws(SystemCallError) -> FileDescriptor {
        let what = "make a file for the writable layer in \(folder)"
        let file = Glibc.open(folder, Self.temporaryFile | O_RDWR | O_CLOEXEC, 0o600)
        if file >= 0 { return FileDescriptor(owning: file) }
        // File systems that cannot make one without a name.
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else { throw SystemCallError(errno, what) }
        let name = "\(folder)/inclavare-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let named = Glibc.open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard named >= 0 else { throw SystemCallError(errno, what) }
        unlink(name)
        return FileDescriptor(owning: named)
    }

    // MARK: Serving

    private func volume(_ call: CallView) -> OpenVolume? {
        open.withLock { volumes in
            let handle = call.argument(0)
            return handle < UInt64(volumes.count) ? volumes[Int(handle)] : nil
        }
    }

    func length(_ call: CallView) -> Int64 { volume(call)?.length ?? -Int64(EBADF) }

    /// Offset and length of a transfer that lies in the volume.
    private func range(_ call: CallView) -> (offset: off_t, count: Int)? {
        let count = call.argument(2)
        guard count > 0, count <= UInt64(CallFrame.dataLength), call.argument(1) <= Self.longest - count else { return nil }
        return (off_t(call.argument(1)), Int(count))
    }

    func read(_ call: CallView) -> Int64 {
        guard let volume = volume(call) else { return -Int64(EBADF) }
        guard let (offset, count) = range(call) else { return -Int64(EINVAL) }
        return volume.read(call.data, count, at: offset)
    }

    func write(_ call: CallView) -> Int64 {
        guard let volume = volume(call) else { return -Int64(EBADF) }
        guard let (offset, count) = range(call) else { return -Int64(EINVAL) }
        return volume.write(call.data, count, at: offset)
    }

    func resize(_ call: CallView) -> Int64 {
        guard let volume = volume(call) else { return -Int64(EBADF) }
        guard call.argument(1) <= Self.longest else { return -Int64(EFBIG) }
        return volume.resize(to: off_t(call.argument(1)))
    }

    func sync(_ call: CallView) -> Int64 { volume(call)?.sync() ?? -Int64(EBADF) }

    func readCounter(_ call: CallView) -> Int64 {
        guard let volume = volume(call) else { return -Int64(EBADF) }
        switch volume.readCounter(named: call.bytes(OpenVolume.counterName)) {
        case .success(let record): return call.answer(record)
        case .failure(let error): return -Int64(error.code)
        }
    }

    func writeCounter(_ call: CallView) -> Int64 {
        guard let volume = volume(call) else { return -Int64(EBADF) }
        guard call.argument(1) <= OpenVolume.longestCounter else { return -Int64(EINVAL) }
        let bytes = call.bytes(OpenVolume.counterName + Int(call.argument(1)))
        return volume.writeCounter(
            named: Array(bytes.prefix(OpenVolume.counterName)), Array(bytes.dropFirst(OpenVolume.counterName)))
    }
}
