import CLinux
import Glibc

/// A /proc that is known to be the kernel's, for reading and writing what must not end up anywhere else.
///
/// Whoever can mount over a file of /proc turns a harmless write into one of their choice, or into none (CVE-2019-16884, CVE-2025-52881).
/// So the root of this one is the root of a procfs, and no path below it crosses another mount or a magic link: the kernel checks both
/// while it walks. Where /proc is something else, one is mounted that nobody else can see.
package struct ProcFilesystem: ~Copyable {
    private let root: FileDescriptor

    package init() throws(SystemCallError) {
        if let visible = try? FileDescriptor.open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW), Self.isRoot(visible) {
            root = visible
        } else {
            root = FileDescriptor(owning: try SystemCallError.check(cl_new_mount("proc", nil, nil, 0), "mount a private proc"))
        }
    }

    /// The root of a procfs is number 1 of its inodes, whatever was mounted from where.
    private static func isRoot(_ directory: borrowing FileDescriptor) -> Bool {
        var information = stat()
        return cl_filesystem_type(directory.raw) == cl_procfs_type && fstat(directory.raw, &information) == 0
            && information.st_ino == 1
    }

    /// `path` is relative: `sys/net/ipv4/ip_forward`, `self/attr/exec`.
    package func open(_ path: String, _ flags: Int32) throws(SystemCallError) -> FileDescriptor {
        let result = cl_open_on_mount(root.raw, path, UInt64(UInt32(bitPattern: flags)))
        if RootedPath.isMissing(result) { return try walk(path, flags) }
        if result == -Int(EXDEV) { return try Self.uncovered(path, flags) }
        return FileDescriptor(owning: try SystemCallError.check(result, "open /proc/\(path)"))
    }

    package func write(_ text: String, to path: String) throws(SystemCallError) {
        try FileContents.write(Array(text.utf8), to: open(path, O_WRONLY | O_TRUNC), "/proc/\(path)")
    }

    package func text(_ path: String) throws(SystemCallError) -> String {
        String(decoding: try FileContents.read(open(path, O_RDONLY), "/proc/\(path)"), as: UTF8.self)
    }

    /// The file below what somebody mounted over it.
    private static func uncovered(_ path: String, _ flags: Int32) throws(SystemCallError) -> FileDescriptor {
        let own = FileDescriptor(owning: try SystemCallError.check(cl_new_mount("proc", nil, nil, 0), "mount a private proc"))
        let result = cl_open_on_mount(own.raw, path, UInt64(UInt32(bitPattern: flags)))
        return FileDescriptor(owning: try SystemCallError.check(result, "open /proc/\(path)"))
    }

    /// Without openat2: what was opened must be on the very mount the root is on.
    private func walk(_ path: String, _ flags: Int32) throws(SystemCallError) -> FileDescriptor {
        let file = try RootedWalk(root: root.raw).open(path, flags)
        let (mount, own) = (cl_mount_number(file.raw), cl_mount_number(root.raw))
        guard cl_filesystem_type(file.raw) == cl_procfs_type, mount >= 0, mount == own else {
            throw SystemCallError(EXDEV, "open /proc/\(path)")
        }
        return file
    }
}
