import Glibc
import Linux
import OCI

/// The place of a mount inside the root filesystem, opened once and used by its descriptor.
struct MountTarget: ~Copyable {
    let directory: FileDescriptor
    let name: String
    /// The root filesystem had it not.
    private let isNew: Bool

    /// Without `following` a link of the image at the place itself is refused.
    init(_ planned: PlannedMount, in root: RootedPath, following: Bool = true) throws(SystemCallError) {
        name = planned.path
        guard let found = try root.openIfPresent(name, following ? O_PATH | O_DIRECTORY : O_PATH | O_NOFOLLOW) else {
            directory = try root.directory(name)
            isNew = true
            return
        }
        guard try Self.mode(of: found, name) & S_IFMT == S_IFDIR else {
            throw SystemCallError(ENOTDIR, "mount \(planned.mount.type) over what the root filesystem has at \(planned.path)")
        }
        directory = found
        isNew = false
    }

    private static func mode(of directory: borrowing FileDescriptor, _ name: String) throws(SystemCallError) -> mode_t {
        var information = stat()
        try SystemCallError.checkErrno(fstat(directory.raw, &information), "look at \(name)")
        return information.st_mode
    }

    /// The rights of the folder the mount will cover; `nil`: there was none.
    func coveredMode() throws(SystemCallError) -> mode_t? {
        isNew ? nil : try Self.mode(of: directory, name) & 0o7777
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
