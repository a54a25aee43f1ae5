import CLinux
import Glibc
import Linux
import Wire

/// Where the untrusted mounts of an enclave come from, and opening what is below them.
///
/// An enclave reaches nothing else through them: no link is followed, no ".." leads out, and a mount that is read only stays so here too.
struct UntrustedSources: ~Copyable, Sendable {
    private let root: FileDescriptor
    private let mounts: [Int: Mount]

    init(root: consuming FileDescriptor, mounts: [Mount]) {
        self.root = root
        var sources: [Int: Mount] = [:]
        for (number, mount) in mounts.enumerated() where mount.trust == .untrusted { sources[number] = mount }
        self.mounts = sources
    }

    /// Where a source is missing, programs would find half a directory: better said at the start.
    func requirePresent() throws(SystemCallError) {
        for mount in mounts.sorted(by: { $0.key < $1.key }).map(\.value) {
            let result = (mount.source + [0]).withUnsafeBytes {
                cl_open_source(root.raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), O_PATH)
            }
            let (source, path) = (String(decoding: mount.source, as: UTF8.self), String(decoding: mount.path, as: UTF8.self))
            let remedy = "make it in the root filesystem, mount it in the container, or take the mount out of the manifest"
            try SystemCallError.check(result, "open \(source), the source of the untrusted mount \(path) (\(remedy))")
            close(Int32(result))
        }
    }

    /// Whether anything in the mount may be changed.
    func isWritable(_ mount: UInt64) -> Bool { mounts[Int(truncatingIfNeeded: mount)].map { !$0.readOnly } ?? false }

    /// Opens `path` below the mount's source, or the source itself, which is looked up anew each time: it may be a file that is replaced
    /// while the enclave runs, as /etc/resolv.conf is.
    ///
    /// - Returns: a descriptor, or a negative errno.
    func open(_ mount: UInt64, _ path: [UInt8], flags: Int32, mode: UInt32 = 0) -> Int {
        guard let found = mounts[Int(truncatingIfNeeded: mount)] else { return -Int(ENOENT) }
        guard !path.contains(0) else { return -Int(EINVAL) }
        let source = found.source + [0]
        guard !path.isEmpty else {
            return source.withUnsafeBytes { cl_open_source(root.raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), flags) }
        }
        let directory = source.withUnsafeBytes {
            cl_open_source(root.raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), O_PATH | O_DIRECTORY)
        }
        guard directory >= 0 else { return directory }
        let held = FileDescriptor(owning: Int32(directory))
        return (path + [0]).withUnsafeBytes {
            cl_open_beneath(held.raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), flags, mode)
        }
    }

    /// The directory a path's last name is in, and that name.
    func place(_ mount: UInt64, _ path: [UInt8]) -> (directory: Int, name: [UInt8]) {
        let slash = path.lastIndex(of: 0x2f)
        let name = Array(path[(slash.map { $0 + 1 } ?? 0)...])
        guard !name.isEmpty, !name.contains(0), name != [0x2e], name != [0x2e, 0x2e] else { return (-Int(EINVAL), []) }
        let above = slash.map { Array(path[..<$0]) } ?? []
        return (open(mount, above, flags: O_PATH | O_DIRECTORY), name + [0])
    }
}
