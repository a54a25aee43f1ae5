import CLinux
import Glibc
import Linux
import OCI

/// Hides the masked paths of a container and write-protects its read-only ones, each by the opened file and never by its name.
///
/// A path that is not there needs neither.
struct HiddenPaths: ~Copyable {
    let root: RootedPath
    /// The first cover of each kind, of which the further ones are copies; -1: there is none yet.
    private var folderCover: Int32 = -1
    private var fileCover: Int32 = -1

    init(root: RootedPath) {
        self.root = root
    }

    deinit { for descriptor in [folderCover, fileCover] where descriptor >= 0 { close(descriptor) } }

    mutating func mask(_ path: String) throws {
        guard let target = try root.openIfPresent(path, O_PATH) else { return }
        var information = stat()
        try SystemCallError.checkErrno(fstat(target.raw, &information), "look at \(path)")
        if information.st_mode & S_IFMT == S_IFDIR {
            folderCover = try Self.cover(target, path, folderCover) { () throws in try MountTree.emptyFolder() }
        } else {
            fileCover = try Self.cover(target, path, fileCover, Self.nullDevice)
        }
    }

    private static func cover(
        _ target: borrowing FileDescriptor, _ path: String, _ earlier: Int32, _ make: () throws -> MountTree
    ) throws -> Int32 {
        guard earlier < 0 else {
            try MountTree(copying: earlier, named: path, recursively: false).attach(to: target, named: path)
            return earlier
        }
        let tree = try make()
        try tree.attach(to: target, named: path)
        return try tree.descriptor.duplicate().release()
    }

    /// The host's own: one of the image could be a link, and would then show what it leads to (CVE-2025-31133).
    private static func nullDevice() throws -> MountTree {
        let tree = try MountTree(copying: "/dev/null", recursively: false)
        guard let status = tree.status, status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == cl_make_device(1, 3) else {
            throw RuntimeError("the host's /dev/null is not the null device")
        }
        return tree
    }

    func protect(_ path: String) throws {
        guard let target = try root.openIfPresent(path, O_PATH) else { return }
        let copy = try MountTree(copying: target.raw, named: path, recursively: true)
        try copy.change(.readOnly, recursively: true, of: path)
        try copy.attach(to: target, named: path)
    }
}
