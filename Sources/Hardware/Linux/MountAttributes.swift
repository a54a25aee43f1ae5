import CLinux

/// A change of a mount's own attributes (MOUNT_ATTR_*), as against its filesystem's.
package struct MountAttributes: Equatable, Sendable {
    package var added: UInt64 = 0
    package var cleared: UInt64 = 0
    /// MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE; 0 leaves it.
    package var propagation: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { added == 0 && cleared == 0 && propagation == 0 }

    package static let readOnly: MountAttributes = {
        var attributes = MountAttributes()
        attributes.added = cl_attr_rdonly
        return attributes
    }()

    /// `descriptor` must be the root of a mount.
    package func apply(to descriptor: Int32, recursively: Bool, named name: String) throws(SystemCallError) {
        let result = cl_mount_setattr(descriptor, added, cleared, propagation, recursively ? 1 : 0)
        try SystemCallError.check(result, "change the attributes of the mount \(name)")
    }
}
