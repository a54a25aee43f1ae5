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
        if bindsFromHost, device.type != "p" { return try bind(device) }
        let (parent, name) = RootedPath.split(device.path)
        let directory = try root.directory(parent)
        let made = mknodat(directory.raw, name, device.mode | mode_t(device.fileMode & 0o7777), device.number)
        if made < 0 {
            if errno == EPERM { return try bind(device) }
            if errno == EEXIST { return try check(device, name, in: directory) }
            throw SystemCallError(errno, "make it")
        }
        if device.uid != 0 || device.gid != 0 {
            let owned = fchownat(directory.raw, name, device.uid, device.gid, AT_SYMLINK_NOFOLLOW)
            try SystemCallError.checkErrno(owned, "set its owner")
        }
    }

    /// What the image has there already is left alone when it is the same device, and an error when it is anything else.
    private func check(_ device: SpecLinux.Device, _ name: String, in directory: borrowing FileDescriptor) throws {
        var found = stat()
        try SystemCallError.checkErrno(fstatat(directory.raw, name, &found, AT_SYMLINK_NOFOLLOW), "look at it")
        guard device.matches(found) else { throw RuntimeError("the root filesystem has another file there") }
    }

    private func bind(_ device: SpecLinux.Device) throws {
        let tree = try MountTree(copying: device.path, recursively: false)
        guard let found = tree.status, device.matches(found) else {
            throw RuntimeError("the host's \(device.path) is another device, and one cannot be made here")
        }
        try tree.attach(to: root.file(device.path, following: false), named: device.path)
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

extension SpecLinux.Device {
    fileprivate var mode: mode_t { type == "b" ? S_IFBLK : type == "p" ? S_IFIFO : S_IFCHR }
    /// A named pipe has none, whatever is written.
    fileprivate var number: dev_t { type == "p" ? 0 : cl_make_device(major, minor) }

    fileprivate func matches(_ file: stat) -> Bool {
        file.st_mode & S_IFMT == mode && (type == "p" || file.st_rdev == number)
    }
}
