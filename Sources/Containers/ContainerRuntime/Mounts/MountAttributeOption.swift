import CLinux
import Glibc
import Linux
import OCI

/// An option that is an attribute of a mount as well as a flag of mount(2): `ro`, `nosuid`, `noatime`.
struct MountAttributeOption: Sendable {
    var flags: UInt = 0
    var clearedFlags: UInt = 0
    var set: UInt64 = 0
    var cleared: UInt64 = 0

    /// The later of two contraries wins.
    func apply(to attributes: inout MountAttributes) {
        attributes.added = attributes.added & ~cleared | set
        attributes.cleared = attributes.cleared & ~set | cleared
    }

    private static func on(_ flag: Int, _ attribute: UInt64) -> MountAttributeOption {
        MountAttributeOption(flags: UInt(flag), set: attribute)
    }

    private static func off(_ flag: Int, _ attribute: UInt64) -> MountAttributeOption {
        MountAttributeOption(clearedFlags: UInt(flag), cleared: attribute)
    }

    /// The access-time modes are one field of the kernel's, which is cleared whole to choose another.
    private static func accessTime(_ flag: Int, _ attribute: UInt64) -> MountAttributeOption {
        let all = UInt(MS_NOATIME | MS_RELATIME | MS_STRICTATIME)
        return MountAttributeOption(flags: UInt(flag), clearedFlags: all, set: attribute, cleared: cl_attr_atime)
    }

    /// Without the `r` that stands before the recursive forms.
    static let named: [String: MountAttributeOption] = [
        "ro": on(Int(MS_RDONLY), cl_attr_rdonly), "rw": off(Int(MS_RDONLY), cl_attr_rdonly),
        "nosuid": on(Int(MS_NOSUID), cl_attr_nosuid), "suid": off(Int(MS_NOSUID), cl_attr_nosuid),
        "nodev": on(Int(MS_NODEV), cl_attr_nodev), "dev": off(Int(MS_NODEV), cl_attr_nodev),
        "noexec": on(Int(MS_NOEXEC), cl_attr_noexec), "exec": off(Int(MS_NOEXEC), cl_attr_noexec),
        "nodiratime": on(Int(MS_NODIRATIME), cl_attr_nodiratime),
        "diratime": off(Int(MS_NODIRATIME), cl_attr_nodiratime),
        "nosymfollow": on(Int(cl_ms_nosymfollow), cl_attr_nosymfollow),
        "symfollow": off(Int(cl_ms_nosymfollow), cl_attr_nosymfollow),
        "noatime": accessTime(Int(MS_NOATIME), cl_attr_noatime), "atime": accessTime(0, 0),
        "relatime": accessTime(Int(MS_RELATIME), 0), "norelatime": accessTime(0, 0),
        "strictatime": accessTime(Int(MS_STRICTATIME), cl_attr_strictatime), "nostrictatime": accessTime(0, 0),
    ]
}
