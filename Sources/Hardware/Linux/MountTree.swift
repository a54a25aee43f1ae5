import CLinux
import Glibc

/// A mount tree that is not yet attached anywhere; what is changed on it nobody sees before it is attached.
package struct MountTree: ~Copyable {
    package let descriptor: FileDescriptor

    package init(owning raw: Int32) {
        descriptor = FileDescriptor(owning: raw)
    }

    package init(copying path: String, recursively: Bool) throws(SystemCallError) {
        let result = cl_open_tree(AT_FDCWD, path, recursively ? 1 : 0)
        descriptor = FileDescriptor(owning: try SystemCallError.check(result, "bind \(path)"))
    }

    package init(copying source: Int32, named name: String, recursively: Bool) throws(SystemCallError) {
        let result = cl_open_tree(source, "", recursively ? 1 : 0)
        descriptor = FileDescriptor(owning: try SystemCallError.check(result, "bind \(name)"))
    }

    /// An empty folder in which nothing can be made.
    package static func emptyFolder() throws(SystemCallError) -> MountTree {
        let attributes = cl_attr_rdonly | cl_attr_nosuid | cl_attr_nodev | cl_attr_noexec
        let result = cl_new_mount("tmpfs", "nr_inodes", "1", attributes)
        return MountTree(owning: try SystemCallError.check(result, "mount an empty tmpfs"))
    }

    package var status: stat? {
        var information = stat()
        return fstat(descriptor.raw, &information) == 0 ? information : nil
    }

    package var isDirectory: Bool { status.map { $0.st_mode & S_IFMT == S_IFDIR } == true }

    package func change(_ change: MountAttributes, recursively: Bool, of name: String) throws(SystemCallError) {
        try change.apply(to: descriptor.raw, recursively: recursively, named: name)
    }

    /// Shows the files with the owners that `namespace` maps theirs to.
    package func mapIDs(by namespace: Int32, recursively: Bool, of name: String) throws(SystemCallError) {
        let result = cl_mount_map_ids(descriptor.raw, namespace, recursively ? 1 : 0)
        try SystemCallError.check(result, "map the ids of \(name)")
    }

    package func attach(to target: borrowing FileDescriptor, named name: String) throws(SystemCallError) {
        try SystemCallError.check(cl_move_mount(descriptor.raw, target.raw), "mount on \(name)")
    }
}
