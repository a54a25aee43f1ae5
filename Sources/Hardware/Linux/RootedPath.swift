import CLinux
import Glibc

/// Not visible through the Glibc module.
package let O_PATH: Int32 = 0o10000000

/// Paths inside a directory that is taken for `/`: neither `..` nor any symbolic link leads out of it.
package struct RootedPath {
    package let root: Int32

    package init(root: Int32) {
        self.root = root
    }

    package func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemCallError) -> FileDescriptor {
        let result = cl_open_in_root(root, path, UInt64(UInt32(bitPattern: flags)), UInt64(mode))
        if Self.isMissing(result) { return try RootedWalk(root: root).open(path, flags, mode: mode) }
        return FileDescriptor(owning: try SystemCallError.check(result, "open \(path) in the root filesystem"))
    }

    /// openat2 is not there in older kernels, and older system-call filters refuse what they do not know.
    static func isMissing(_ result: Int) -> Bool { result == -Int(ENOSYS) || result == -Int(EPERM) }

    package func openIfPresent(_ path: String, _ flags: Int32) throws(SystemCallError) -> FileDescriptor? {
        do throws(SystemCallError) {
            return try open(path, flags)
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw error
        }
    }

    /// Opens the directory at `path` with O_PATH, making it and its parents where they are missing.
    package func directory(_ path: String) throws(SystemCallError) -> FileDescriptor {
        if let found = try openIfPresent(path, O_PATH | O_DIRECTORY) { return found }
        let (parent, name) = Self.split(path)
        guard !name.isEmpty else { return try open("/", O_PATH | O_DIRECTORY) }
        let container = try directory(parent)
        if mkdirat(container.raw, name, 0o755) < 0, errno != EEXIST {
            throw SystemCallError(errno, "make the directory \(path) in the root filesystem")
        }
        return try open(path, O_PATH | O_DIRECTORY)
    }

    /// Opens what is at `path` with O_PATH, making an empty file where nothing is.
    ///
    /// Without `following` a link at the end of the path is an error, for what the image has no say about.
    package func file(_ path: String, following: Bool = true) throws(SystemCallError) -> FileDescriptor {
        let flags = following ? O_PATH : O_PATH | O_NOFOLLOW
        if let found = try openIfPresent(path, flags) { return try Self.checked(found, path, following) }
        let (parent, name) = Self.split(path)
        let container = try directory(parent)
        let made = openat(container.raw, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o644)
        if made >= 0 {
            close(made)
        } else if errno != EEXIST {
            throw SystemCallError(errno, "make the file \(path) in the root filesystem")
        }
        return try Self.checked(open(path, flags), path, following)
    }

    private static func checked(
        _ file: consuming FileDescriptor, _ path: String, _ following: Bool
    ) throws(SystemCallError) -> FileDescriptor {
        var information = stat()
        if !following, fstat(file.raw, &information) == 0, information.st_mode & S_IFMT == S_IFLNK {
            throw SystemCallError(ELOOP, "use the link \(path) of the root filesystem")
        }
        return file
    }

    /// The path between its slashes, without empty and `.` components.
    ///
    /// By bytes, as the kernel has it: of a slash and an accent that combines with it Swift makes one character, which is no slash.
    package static func components(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }.filter { $0 != "." }
    }

    /// The path without empty, `.` and `..` components; `..` at the top stays at the top.
    package static func cleaned(_ path: String) -> String {
        var components: [Substring] = []
        for component in Self.components(path) {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return components.isEmpty ? "/" : components.reduce(into: "") { $0 += "/" + $1 }
    }

    package static func split(_ path: String) -> (parent: String, name: String) {
        let clean = cleaned(path)
        guard let slash = clean.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("/", clean) }
        let parent = clean.utf8[..<slash]
        return (parent.isEmpty ? "/" : String(Substring(parent)), String(Substring(clean.utf8[slash...].dropFirst())))
    }
}
