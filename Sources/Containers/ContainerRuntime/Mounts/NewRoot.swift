import CLinux
import Glibc
import Linux
import OCI

/// The last step into a container's root filesystem: the ways to make it `/` of this process.
struct NewRoot {
    /// The root of the mounts that were made.
    let tree: Int32
    let propagation: RootPropagation

    /// After pivot_root(".", ".") the old root lies on top of the new one at "/" and is unmounted from there.
    func pivot() throws(SystemCallError) {
        let old = try FileDescriptor.open("/", O_PATH | O_DIRECTORY)
        try enter(tree, "the root filesystem")
        try SystemCallError.check(cl_pivot_root(".", "."), "change the root")
        try enter(old.raw, "the old root")
        // Where it is shared, unmounting it here would unmount it on the host.
        if propagation.isShared { try RootPropagation.set(UInt(MS_SLAVE) | UInt(MS_REC), of: ".") }
        try SystemCallError.checkErrno(umount2(".", Int32(MNT_DETACH)), "unmount the old root")
        try finish()
    }

    /// Does without pivot_root, which an initramfs does not allow.
    ///
    /// The old root stays below; its /proc and /sys, through which the host could be
    /// changed, do not.
    func move() throws(SystemCallError) {
        for path in ["/proc", "/sys"] where umount2(path, Int32(MNT_DETACH)) < 0 {
            // What a user namespace was given locked can be covered.
            if errno == EPERM { try cover(path) }
        }
        try enter(tree, "the root filesystem")
        try SystemCallError.checkErrno(mount(".", "/", nil, UInt(MS_MOVE), nil), "move the root filesystem to /")
        try SystemCallError.checkErrno(chroot("."), "change the root")
        try finish()
    }

    private func cover(_ path: String) throws(SystemCallError) {
        try SystemCallError.checkErrno(mount("tmpfs", path, "tmpfs", UInt(MS_RDONLY), "size=0k"), "cover \(path)")
    }

    /// For a container whose mount namespace is another's: the mounts made here are taken there without being attached anywhere, so that
    /// nothing of them shows to those who live in it, and nothing is left when the container ends.
    func carry(into joined: borrowing JoinedNamespaces) throws(SystemCallError) {
        let copy = try MountTree(copying: tree, named: "/", recursively: true)
        try joined.enter(.mount)
        try enter(copy.descriptor.raw, "the root filesystem")
        try SystemCallError.checkErrno(chroot("."), "change the root")
        try SystemCallError.checkErrno(chdir("/"), "enter the new root")
    }

    private func enter(_ directory: Int32, _ name: String) throws(SystemCallError) {
        try SystemCallError.checkErrno(fchdir(directory), "enter \(name)")
    }

    private func finish() throws(SystemCallError) {
        try SystemCallError.checkErrno(chdir("/"), "enter the new root")
        try propagation.apply()
    }
}
