import CLinux
import Glibc

/// Walks a path inside a directory component by component, for kernels and system-call filters without openat2.
///
/// No component is opened through a link, and `..` goes back to a directory this walk came through: whatever is renamed or exchanged
/// meanwhile, it cannot leave the root. A magic link of /proc counts as what its text says.
package struct RootedWalk {
    package let root: Int32
    private static let linkLimit = 40

    package init(root: Int32) {
        self.root = root
    }

    package func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemCallError) -> FileDescriptor {
        var rest = Self.components(path)
        var trail: [Int32] = []
        defer { for descriptor in trail { close(descriptor) } }
        var links = 0
        while let name = rest.popLast() {
            if name == ".." {
                if let last = trail.popLast() { close(last) }
                continue
            }
            let parent = trail.last ?? root
            let isLast = rest.isEmpty
            if let target = try link(name, in: parent, isLast ? flags : 0, path) {
                links += 1
                guard links <= Self.linkLimit else { throw SystemCallError(ELOOP, Self.action(path)) }
                if target.utf8.first == UInt8(ascii: "/") {
                    for descriptor in trail { close(descriptor) }
                    trail = []
                }
                rest += Self.components(target)
            } else if isLast {
                return try step(name, in: parent, flags, mode, path)
            } else {
                trail.append(try step(name, in: parent, O_PATH | O_DIRECTORY, 0, path).release())
            }
        }
        return try step(".", in: trail.last ?? root, flags & ~(O_CREAT | O_EXCL), 0, path)
    }

    /// Last first, so that a link's own components are put on top.
    private static func components(_ path: String) -> [String] {
        RootedPath.components(path).map(String.init).reversed()
    }

    /// The text of `name` if it is a link that has to be followed.
    private func link(_ name: String, in parent: Int32, _ flags: Int32, _ path: String) throws(SystemCallError) -> String? {
        if flags & O_NOFOLLOW != 0 { return nil }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(parent, name, &buffer, buffer.count - 1)
        if count >= 0 { return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        // EINVAL: no link. What is missing shows when it is opened, which may be to make it.
        guard errno == EINVAL || errno == ENOENT else { throw SystemCallError(errno, Self.action(path)) }
        return nil
    }

    private func step(
        _ name: String, in parent: Int32, _ flags: Int32, _ mode: mode_t, _ path: String
    ) throws(SystemCallError) -> FileDescriptor {
        let result = openat(parent, name, flags | O_NOFOLLOW | O_CLOEXEC, mode)
        return FileDescriptor(owning: try SystemCallError.checkErrno(result, Self.action(path)))
    }

    private static func action(_ path: String) -> String { "open \(path) in the root filesystem" }
}
