import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Bytes of the index, of the root filesystem and of untrusted mounts.
///
/// Nothing is checked here: the enclave verifies or distrusts.
final class FileServer: Sendable {
    private static let mostOpen = 64
    private static let longestPath = 4096

    private let index: FileDescriptor
    private let root: FileDescriptor
    private let image: FileDescriptor?
    private let untrusted: [Int: [UInt8]]
    /// Open files by inode number of the index, with the order they came in.
    private let cache = Mutex<(files: [UInt64: OpenFile], order: [UInt64])>(([:], []))

    /// `image`: where the files of the index are, if not in `root`, which untrusted mounts are read from.
    init(
        index: consuming FileDescriptor, root: consuming FileDescriptor, image: consuming FileDescriptor? = nil, mounts: [Mount]
    ) {
        self.index = index
        self.root = root
        self.image = image
        var sources: [Int: [UInt8]] = [:]
        for (number, mount) in mounts.enumerated() where mount.trust == .untrusted { sources[number] = mount.source }
        untrusted = sources
    }

    func fetchIndex(_ call: CallView) -> Int64 {
        Self.read(index.raw, into: call.data, count: call.length(1), at: call.argument(0))
    }

    func fetchFile(_ call: CallView) -> Int64 {
        let inode = call.argument(2)
        let file: OpenFile
        if let held = cache.withLock({ $0.files[inode] }) {
            file = held
        } else {
            let length = call.argument(3)
            guard length > 0, length < Self.longestPath else { return -Int64(EINVAL) }
            let result = openImageFile(call.bytes(Int(length)))
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

    private func openImageFile(_ path: [UInt8]) -> Int {
        Self.open(path, below: image?.raw ?? root.raw, links: false)
    }

    private static func open(_ path: [UInt8], below root: Int32, links: Bool) -> Int {
        guard !path.contains(0) else { return -Int(EINVAL) }
        return (path + [0]).withUnsafeBytes { bytes in
            cl_open_below(root, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), links ? 1 : 0)
        }
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
