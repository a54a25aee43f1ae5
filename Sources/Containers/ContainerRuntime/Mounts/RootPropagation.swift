import CLinux
import Glibc
import Linux
import OCI

/// How mounts spread between the container's root and the host's mounts (`linux.rootfsPropagation`).
struct RootPropagation {
    let wanted: MountOptions.Propagation?

    init(_ wanted: MountOptions.Propagation?) {
        self.wanted = wanted
    }

    var isShared: Bool { wanted?.flag == UInt64(MS_SHARED) }

    /// Nothing that is mounted from here on reaches the host, unless a shared root is asked for: then the sources of shared bind mounts
    /// have to stay shared.
    func prepare(for rootfs: String) throws(SystemCallError) {
        let flag = isShared ? UInt(MS_SHARED) : wanted?.flag == UInt64(MS_PRIVATE) ? UInt(MS_PRIVATE) : UInt(MS_SLAVE)
        try Self.set(flag | UInt(MS_REC), of: "/")
        if isShared { try makeParentPrivate(of: rootfs) }
    }

    /// The mount that holds the root filesystem: what is mounted on it must not show at the host's same place, nor would pivot_root have it.
    private func makeParentPrivate(of path: String) throws(SystemCallError) {
        var path = path
        while mount(nil, path, nil, UInt(MS_PRIVATE), nil) < 0 {
            // EINVAL: nothing is mounted just here.
            guard errno == EINVAL, path != "/" else { throw SystemCallError(errno, "make the mount of \(path) private") }
            path = RootedPath.split(path).parent
        }
    }

    /// For the new root, once it is one.
    func apply() throws(SystemCallError) {
        guard let wanted else { return }
        try Self.set(UInt(wanted.flag) | (wanted.isRecursive ? UInt(MS_REC) : 0), of: "/")
    }

    static func set(_ flags: UInt, of path: String) throws(SystemCallError) {
        try SystemCallError.checkErrno(mount(nil, path, nil, flags, nil), "change how mounts of \(path) spread")
    }
}
