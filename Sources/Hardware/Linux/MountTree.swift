import CLinux
import Glibc

/// A copy of a mount tree that is not yet attached anywhere; what is changed on it nobody sees before it is attached.
package struct MountTree: ~Copyable {
    package let descriptor: FileDescriptor

    package init(copying path: String, recursively: Bool) throws(SystemCallError) {
        let result = cl_open_tree(AT_FDCWD, path, recursively ? 1 : 0)
        descriptor = FileDescriptor(owning: try SystemCallError.check(result, "bind \(path)"))
    }

    package init(copying source: Int32, named name: String, recursively: Bool) throws(SystemCallError) {
        let result = cl_open_tree(source, "", recursively ? 1 : 0)
        descriptor = FileDescriptor(owning: try SystemCallError.check(result, "bind \(name)"))
    }

    package var isDirectory: Bool {
        var information = stat()
        return fstat(descriptor.raw, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    package func change(_ change: MountAttributes, recursively: Bool, of name: String) throws(SystemCallError) {
        try change.apply(to: descriptor.raw, recursively: recursively, named: name)
    }

    package func attach(to target: borrowing FileDescriptor, named name: String) throws(SystemCallError) {
        try SystemCallError.check(cl_move_mount(descriptor.raw, target.raw), "mount on \(name)")
    }
}
