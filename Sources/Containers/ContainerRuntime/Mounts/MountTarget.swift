import Glibc
import Linux
import OCI

/// The place of a mount inside the root filesystem, opened once and used by its descriptor.
struct MountTarget: ~Copyable {
    let directory: FileDescriptor
    let name: String

    /// Without `following` a link of the image at the place itself is refused.
    init(_ planned: PlannedMount, in root: RootedPath, following: Bool = true) throws(SystemCallError) {
        name = planned.path
        if !following, let found = try root.openIfPresent(name, O_PATH | O_NOFOLLOW) {
            var information = stat()
            try SystemCallError.checkErrno(fstat(found.raw, &information), "look at \(planned.path)")
            guard information.st_mode & S_IFMT == S_IFDIR else {
                throw SystemCallError(ENOTDIR, "mount \(planned.mount.type) over what the root filesystem has at \(planned.path)")
            }
            directory = found
        } else {
            directory = try root.directory(name)
        }
    }

    /// Changes into the directory, so that `.` means it and nothing else.
    func enter() throws(SystemCallError) {
        try SystemCallError.checkErrno(fchdir(directory.raw), "enter \(name)")
    }

    /// What was mounted here: a path leads to the top of what is mounted on a place.
    func mounted(in root: RootedPath) throws(SystemCallError) -> FileDescriptor { try root.open(name, O_PATH) }

    static func propagate(
        _ options: MountOptions, _ mounted: borrowing FileDescriptor, _ name: String
    ) throws(SystemCallError) {
        for propagation in options.propagations {
            var change = MountAttributes()
            change.propagation = propagation.flag
            try change.apply(to: mounted.raw, recursively: propagation.isRecursive, named: name)
        }
    }
}
