import Glibc
import Linux
import OCI

/// A bundle: a folder with `config.json` and, somewhere, the root filesystem.
package struct Bundle: Sendable {
    /// Absolute, links resolved.
    package let path: String
    package var spec: Spec
    /// Absolute, links resolved.
    package let rootfs: String

    package init(at path: String) throws(RuntimeError) {
        self.path = try Self.resolved(path, "the bundle")
        let file = self.path + "/config.json"
        let bytes = try RuntimeError.wrap { try FileContents.read(file) }
        spec = try RuntimeError.wrap(file) { try Spec(parsing: bytes) }
        guard let root = spec.root else { throw RuntimeError("\(file): root: must be given") }
        let written = root.path.hasPrefix("/") ? root.path : self.path + "/" + root.path
        rootfs = try Self.resolved(written, "the root filesystem")
    }

    private static func resolved(_ path: String, _ name: String) throws(RuntimeError) -> String {
        guard let resolved = realpath(path, nil) else {
            throw RuntimeError("cannot find \(name) \(path): \(SystemCallError.reason(errno))")
        }
        defer { free(resolved) }
        var information = stat()
        guard stat(resolved, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw RuntimeError("\(name) \(path) is not a directory")
        }
        return String(cString: resolved)
    }
}
