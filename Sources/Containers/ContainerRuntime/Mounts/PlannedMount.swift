import Linux
import OCI

/// One entry of `mounts` with its options sorted, as it was checked before anything was made.
struct PlannedMount: Sendable {
    /// Its place in `mounts`: mounts are made in the order they are written.
    let index: Int
    let mount: SpecMount
    let options: MountOptions
    /// `nil`: files keep their owners.
    var idMap: IDMap?

    struct IDMap: Sendable {
        /// `nil`: as the user namespace maps that the container joins.
        var ranges: (uids: [IDRange], gids: [IDRange])?
        var isRecursive: Bool
    }

    var isBind: Bool { options.isBind || mount.type == "bind" }
    var isRemount: Bool { options.isRemount }
    var isCgroup: Bool { !isBind && (mount.type == "cgroup" || mount.type == "cgroup2") }

    /// The destination as a path from the container's root.
    var path: String { RootedPath.cleaned(mount.destination) }
    var isDeviceFolder: Bool { path == "/dev" }

    /// What an error begins with.
    var name: String { "mounts[\(index)] \(mount.destination)" }
}
