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
        return FileDescriptor(owning: try SystemCallError.check(result, "open \(path) in the root filesystem"))
    }

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
    package func file(_ path: String) throws(SystemCallError) -> FileDescriptor {
        if let found = try openIfPresent(path, O_PATH) { return found }
        let (parent, name) = Self.split(path)
        let container = try directory(parent)
        let made = openat(container.raw, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o644)
        if made >= 0 {
            close(made)
        } else if errno != EEXIST {
            throw SystemCallError(errno, "make the file \(path) in the root filesystem")
        }
        return try open(path, O_PATH)
    }

    /// The path without empty, `.` and `..` components; `..` at the top stays at the top.
    package static func cleaned(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }

    package static func split(_ path: String) -> (parent: String, name: String) {
        let clean = cleaned(path)
        guard let slash = clean.lastIndex(of: "/") else { return ("/", clean) }
        let parent = clean[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(clean[clean.index(after: slash)...]))
    }
}
