import CLinux
import Glibc
import Linux
import OCI

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
    var idMapping: IDMapping?

    /// Whether the filesystem is given a value of that name, `mode` or `uid`.
    func sets(_ name: String) -> Bool { data.contains { $0.hasPrefix(name + "=") } }

    var isRemount: Bool { flags & UInt(MS_REMOUNT) != 0 }

    struct Propagation: Equatable, Sendable {
        var flag: UInt64
        var isRecursive: Bool
    }

    enum IDMapping: Sendable {
        case own, recursive

        var option: String { self == .own ? "idmap" : "ridmap" }
    }

    init(_ options: [String]) throws(RuntimeError) {
        for option in options { try add(option) }
    }

    private mutating func add(_ option: String) throws(RuntimeError) {
        if let attribute = MountAttributeOption.named[option] {
            flags = flags & ~attribute.clearedFlags | attribute.flags
            attribute.apply(to: &attributes)
        } else if option.hasPrefix("r"), let attribute = MountAttributeOption.named[String(option.dropFirst())] {
            attribute.apply(to: &recursiveAttributes)
        } else if let propagation = Propagation(option) {
            propagations.append(propagation)
        } else if let flag = Self.filesystemFlags[option] {
            flags = flag.isSet ? flags | flag.value : flags & ~flag.value
        } else {
            addOther(option)
        }
    }

    private mutating func addOther(_ option: String) {
        switch option {
        case "bind": isBind = true
        case "rbind": (isBind, isRecursiveBind) = (true, true)
        case "remount": flags |= UInt(MS_REMOUNT)
        case "tmpcopyup": copiesUp = true
        case "idmap": idMapping = .own
        case "ridmap": idMapping = .recursive
        // What was said before it stays said: mount(8) has it first in fstab and means nothing by it.
        case "defaults", "": break
        default: data.append(option)
        }
    }

    static let filesystemFlags: [String: (value: UInt, isSet: Bool)] = [
        "sync": (UInt(MS_SYNCHRONOUS), true), "async": (UInt(MS_SYNCHRONOUS), false), "dirsync": (UInt(MS_DIRSYNC), true),
        "mand": (UInt(MS_MANDLOCK), true), "nomand": (UInt(MS_MANDLOCK), false), "iversion": (UInt(MS_I_VERSION), true),
        "noiversion": (UInt(MS_I_VERSION), false), "silent": (UInt(MS_SILENT), true), "loud": (UInt(MS_SILENT), false),
        "lazytime": (UInt(cl_ms_lazytime), true), "nolazytime": (UInt(cl_ms_lazytime), false),
    ]
}

extension MountOptions.Propagation {
    /// `nil`: the option is no propagation.
    init?(_ option: String) {
        switch option {
        case "shared", "rshared": flag = UInt64(MS_SHARED)
        case "slave", "rslave": flag = UInt64(MS_SLAVE)
        case "private", "rprivate": flag = UInt64(MS_PRIVATE)
        case "unbindable", "runbindable": flag = UInt64(MS_UNBINDABLE)
        default: return nil
        }
        isRecursive = option.hasPrefix("r")
    }
}
