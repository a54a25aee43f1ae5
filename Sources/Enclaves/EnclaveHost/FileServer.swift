import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Bytes of indexes and of the trees they describe, and of untrusted mounts.
///
/// Nothing is checked here: the enclave verifies or distrusts.
final class FileServer: Sendable {
    private static let mostOpen = 64
    private static let longestPath = 4096

    private let indexes: HeldDescriptors
    private let root: FileDescriptor
    /// Where the files of the root's index are.
    private let image: FileDescriptor
    /// The folders of verified mounts.
    private let folders: HeldDescriptors
    private let untrusted: [Int: [UInt8]]
    /// Open files by inode number of the index and tree, with the order they came in.
    private let cache = Mutex<(files: [UInt64: OpenFile], order: [UInt64])>(([:], []))

    /// `image`: where the files of the root's index are, if not in `root`, which the mounts are read from.
    init(
        indexes: HeldDescriptors, root: consuming FileDescriptor, image: consuming FileDescriptor? = nil, mounts: [Mount],
        _ places: VolumePlaces = VolumePlaces()
    ) throws(SystemCallError) {
        self.indexes = indexes
        folders = try Self.openFolders(of: mounts, places, root)
        if let image = consume image { self.image = image } else { self.image = try root.duplicate() }
        self.root = root
        var sources: [Int: [UInt8]] = [:]
        for (number, mount) in mounts.enumerated() where mount.trust == .untrusted { sources[number] = mount.source }
        untrusted = sources
    }

    func fetchIndex(_ call: CallView) -> Int64 {
        guard let tree = UInt32(exactly: call.argument(2)), let index = indexes[TreeNumber(rawValue: tree)] else {
            return -Int64(ENOENT)
        }
        return Self.read(index, into: call.data, count: call.length(1), at: call.argument(0))
    }

    func fetchFile(_ call: CallView) -> Int64 {
        // With the tree's number above it.
        let inode = call.argument(2)
        let file: OpenFile
        if let held = cache.withLock({ $0.files[inode] }) {
            file = held
        } else {
            let length = call.argument(3)
            guard length > 0, length < Self.longestPath else { return -Int64(EINVAL) }
            let tree = TreeNumber(rawValue: UInt32(inode >> 32))
            guard let top = tree == .root ? image.raw : folders[tree] else { return -Int64(ENOENT) }
            let result = Self.open(call.bytes(Int(length)), below: top, links: false)
            guard result >= 0 else { return Int64(result) }
            file = OpenFile(FileDescriptor(owning: Int32(result)))
            keep(file, inode)
        }
        return Self.read(file.descriptor.raw, into: call.data, count: call.length(1), at: call.argument(0))
    }

    /// Opened anew each time: the file may be replaced while the enclave runs, as /etc/resolv.conf is.
    func fetchUntrusted(_ call: CallView) -> Int64 {
        guard let source = untrusted[Int(truncatingIfNeeded: call.argument(2))] else { return -Int64(ENOENT) }
        let length = call.argument(3)
        guard length < Self.longestPath else { return -Int64(ENAMETOOLONG) }
        let path = call.bytes(Int(length))
        guard !path.split(separator: 0x2f).contains(where: { $0.elementsEqual([0x2e, 0x2e]) }) else { return -Int64(EACCES) }
        let result = Self.open(path.isEmpty ? source : source + [0x2f] + path, below: root.raw, links: true)
        guard result >= 0 else { return Int64(result) }
        let file = FileDescriptor(owning: Int32(result))
        guard call.argument(1) > 0 else {
            var status = stat()
            return fstat(file.raw, &status) == 0 ? Int64(status.st_size) : -Int64(errno)
        }
        return Self.read(file.raw, into: call.data, count: call.length(1), at: call.argument(0))
    }

    private static func open(_ path: [UInt8], below top: Int32, links: Bool) -> Int {
        guard !path.contains(0) else { return -Int(EINVAL) }
        return (path + [0]).withUnsafeBytes { bytes in
            cl_open_below(top, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), links ? 1 : 0)
        }
    }

    /// Where a folder is missing, nothing could be read: better said at the start.
    private static func openFolders(
        of mounts: [Mount], _ places: VolumePlaces, _ root: borrowing FileDescriptor
    ) throws(SystemCallError) -> HeldDescriptors {
        var opened: [TreeNumber: Int32] = [:]
        for (number, mount) in mounts.enumerated() where mount.trust == .verified {
            let path = String(decoding: mount.path, as: UTF8.self)
            let source = places.folders[path] ?? String(decoding: mount.source, as: UTF8.self)
            do throws(SystemCallError) {
                let folder =
                    places.folders[path] == nil
                    ? try RootedPath(root: root.raw).open(source, O_PATH | O_DIRECTORY)
                    : try FileDescriptor.open(source, O_PATH | O_DIRECTORY)
                opened[TreeNumber(mount: number)] = folder.release()
            } catch {
                _ = HeldDescriptors(owning: opened)
                let remedy = "give it with --volume \(path)=FOLDER, or mount it in the container"
                throw SystemCallError(error.code, "open \(source), the folder of the verified mount \(path) (\(remedy))")
            }
        }
        return HeldDescriptors(owning: opened)
    }

    private func keep(_ file: OpenFile, _ inode: UInt64) {
        cache.withLock { held in
            if held.order.count >= Self.mostOpen { held.files[held.order.removeFirst()] = nil }
            if held.files.updateValue(file, forKey: inode) == nil { held.order.append(inode) }
        }
    }

    private static func read(_ file: Int32, into data: UnsafeMutableRawPointer, count: Int, at offset: UInt64) -> Int64 {
        guard let place = off_t(exactly: offset) else { return -Int64(EINVAL) }
        var done = 0
        while done < count {
            let result = pread(file, data + done, count - done, place + off_t(done))
            if result < 0, errno == EINTR { continue }
            if result < 0 { return done > 0 ? Int64(done) : -Int64(errno) }
            if result == 0 { break }
            done += result
        }
        return Int64(done)
    }
}

/// A descriptor shared by the threads that read from it; closed when the cache and the last reader let go.
private final class OpenFile: Sendable {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
