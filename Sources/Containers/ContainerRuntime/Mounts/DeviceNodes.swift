import CLinux
import Glibc
import Linux
import OCI

/// The device files and links every container has in /dev, and those of its configuration.
struct DeviceNodes {
    let root: RootedPath
    /// A user namespace makes no device files: the host's are bound in their place.
    let bindsFromHost: Bool

    private static let defaults: [SpecLinux.Device] = [
        ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
    ].map { SpecLinux.Device(path: "/dev/\($0.0)", type: "c", major: $0.1, minor: $0.2) }

    private static let links = [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
        ("core", "/proc/kcore"),
    ]

    func install(_ configured: [SpecLinux.Device]) throws(RuntimeError) {
        let wanted = Self.defaults.filter { standard in !configured.contains { $0.path == standard.path } } + configured
        for device in wanted {
            try RuntimeError.wrap("the device \(device.path)") { try install(device) }
        }
        try RuntimeError.wrap("/dev") { try installLinks() }
    }

    private func install(_ device: SpecLinux.Device) throws {
        if bindsFromHost { return try bind(device.path) }
        let (parent, name) = RootedPath.split(device.path)
        let directory = try root.directory(parent)
        let type = device.type == "b" ? S_IFBLK : device.type == "p" ? S_IFIFO : S_IFCHR
        let number = device.type == "p" ? 0 : cl_make_device(device.major, device.minor)
        let made = mknodat(directory.raw, name, type | mode_t(device.fileMode & 0o7777), number)
        if made < 0 {
            if errno == EPERM { return try bind(device.path) }
            if errno == EEXIST { return try check(device, name, type, number, in: directory) }
            throw SystemCallError(errno, "make it")
        }
        if device.uid != 0 || device.gid != 0 {
            let owned = fchownat(directory.raw, name, device.uid, device.gid, AT_SYMLINK_NOFOLLOW)
            try SystemCallError.checkErrno(owned, "set its owner")
        }
    }

    /// What the image has there already is left alone when it is the same device, and an error when it is anything else.
    private func check(
        _ device: SpecLinux.Device, _ name: String, _ type: mode_t, _ number: dev_t, in directory: borrowing FileDescriptor
    ) throws {
        var found = stat()
        try SystemCallError.checkErrno(fstatat(directory.raw, name, &found, AT_SYMLINK_NOFOLLOW), "look at it")
        guard found.st_mode & S_IFMT == type, type == S_IFIFO || found.st_rdev == number else {
            throw RuntimeError("the root filesystem has another file there")
        }
    }

    private func bind(_ path: String) throws {
        let tree = try MountTree(copying: path, recursively: false)
        try tree.attach(to: root.file(path), named: path)
    }

    private func installLinks() throws {
        let directory = try root.directory("/dev")
        for (name, target) in Self.links where symlinkat(target, directory.raw, name) < 0 && errno != EEXIST {
            throw SystemCallError(errno, "link \(name)")
        }
        unlinkat(directory.raw, "ptmx", 0)
        if symlinkat("pts/ptmx", directory.raw, "ptmx") < 0, errno != EEXIST { throw SystemCallError(errno, "link ptmx") }
    }
}
