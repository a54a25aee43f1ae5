import CLinux
import Glibc
import Linux

/// The options of one mount, sorted into what the kernel takes where.
struct MountOptions: Equatable, Sendable {
    /// MS_* for a new filesystem.
    var flags: UInt = 0
    /// For a bind mount: only what was asked for changes, the rest stays as the source has it.
    var attributes = MountAttributes()
    /// The `r` forms (`rro`): for the mount and everything below it.
    var recursiveAttributes = MountAttributes()
    /// MS_SHARED … and whether for everything below too; one after the other.
    var propagations: [Propagation] = []
    /// For the filesystem itself, `mode=755,size=64k`.
    var data: [String] = []
    var isBind = false
    var isRecursiveBind = false
    /// `tmpcopyup`: what the image has at the place of a tmpfs is copied into it.
    var copiesUp = false

    struct Propagation: Equatable, Sendable {
        var flag: UInt64
        var isRecursive: Bool
    }

    init(_ options: [String]) throws(RuntimeError) {
        for option in options { try add(option) }
    }

    private mutating func add(_ option: String) throws(RuntimeError) {
        if let attribute = Self.attributes[option] { return apply(attribute) }
        if option.hasPrefix("r"), let attribute = Self.attributes[String(option.dropFirst())] {
            recursiveAttributes.added |= attribute.set
            recursiveAttributes.cleared |= attribute.cleared
            return
        }
        if let flag = Self.propagation(option) {
            return propagations.append(Propagation(flag: flag, isRecursive: option.hasPrefix("r")))
        }
        switch option {
        case "bind": isBind = true
        case "rbind": (isBind, isRecursiveBind) = (true, true)
        case "defaults": break
        case "sync": flags |= UInt(MS_SYNCHRONOUS)
        case "async": flags &= ~UInt(MS_SYNCHRONOUS)
        case "dirsync": flags |= UInt(MS_DIRSYNC)
        case "mand": flags |= UInt(MS_MANDLOCK)
        case "nomand": flags &= ~UInt(MS_MANDLOCK)
        case "iversion": flags |= UInt(MS_I_VERSION)
        case "noiversion": flags &= ~UInt(MS_I_VERSION)
        case "silent": flags |= UInt(MS_SILENT)
        case "loud": flags &= ~UInt(MS_SILENT)
        case "lazytime": flags |= UInt(cl_ms_lazytime)
        case "nolazytime": flags &= ~UInt(cl_ms_lazytime)
        case "remount": flags |= UInt(MS_REMOUNT)
        case "tmpcopyup": copiesUp = true
        case "idmap", "ridmap": throw RuntimeError("the mount option \(option) is not supported")
        default: data.append(option)
        }
    }

    private mutating func apply(_ attribute: Attribute) {
        flags = flags & ~attribute.clearedFlags | attribute.flags
        attributes.cleared |= attribute.cleared
        attributes.added = attributes.added & ~attribute.cleared | attribute.set
    }

    private static func propagation(_ option: String) -> UInt64? {
        switch option {
        case "shared", "rshared": UInt64(MS_SHARED)
        case "slave", "rslave": UInt64(MS_SLAVE)
        case "private", "rprivate": UInt64(MS_PRIVATE)
        case "unbindable", "runbindable": UInt64(MS_UNBINDABLE)
        default: nil
        }
    }

    // MARK: Attributes of a mount

    private struct Attribute {
        var flags: UInt = 0
        var clearedFlags: UInt = 0
        var set: UInt64 = 0
        var cleared: UInt64 = 0
    }

    private static func on(_ flag: Int, _ attribute: UInt64) -> Attribute {
        Attribute(flags: UInt(flag), set: attribute)
    }

    private static func off(_ flag: Int, _ attribute: UInt64) -> Attribute {
        Attribute(clearedFlags: UInt(flag), cleared: attribute)
    }

    /// The access-time modes are one field of the kernel's: choosing one clears the others.
    private static func accessTime(_ flag: Int, _ attribute: UInt64) -> Attribute {
        let all = UInt(MS_NOATIME | MS_RELATIME | MS_STRICTATIME)
        return Attribute(flags: UInt(flag), clearedFlags: all, set: attribute, cleared: cl_attr_atime)
    }

    private static let attributes: [String: Attribute] = [
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
