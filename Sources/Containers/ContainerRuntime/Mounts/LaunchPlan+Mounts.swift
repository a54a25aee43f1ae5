import Linux
import OCI

extension LaunchPlan {
    /// Sorts every mount's options and refuses what cannot be done, before anything is made.
    mutating func planMounts() throws(RuntimeError) {
        for (index, mount) in spec.mounts.enumerated() {
            if !mount.destination.hasPrefix("/") {
                warnings.append("mounts[\(index)].destination: \(mount.destination) is not absolute: taken from the root")
            }
            let options = try RuntimeError.wrap("mounts[\(index)].options") { try MountOptions(mount.options) }
            var planned = PlannedMount(index: index, mount: mount, options: options)
            planned.idMap = try idMap(of: planned)
            try check(planned)
            mounts.append(planned)
        }
    }

    private func check(_ planned: PlannedMount) throws(RuntimeError) {
        guard !planned.isBind, !planned.isRemount else { return }
        let (index, type) = (planned.index, planned.mount.type)
        guard !type.isEmpty else { throw RuntimeError("mounts[\(index)].type: must be given for \(planned.mount.destination)") }
        if planned.options.copiesUp, type != "tmpfs" {
            throw RuntimeError("mounts[\(index)].options: tmpcopyup goes with tmpfs only, not with \(type)")
        }
    }

    /// The maps of the mount itself, else those of the container (runtime-spec, config.md, `idmap`).
    private func idMap(of planned: PlannedMount) throws(RuntimeError) -> PlannedMount.IDMap? {
        let (mount, kind) = (planned.mount, planned.options.idMapping)
        let hasOwn = !mount.uidMappings.isEmpty || !mount.gidMappings.isEmpty
        guard hasOwn || kind != nil else { return nil }
        let place = "mounts[\(planned.index)]"
        guard planned.isBind, !planned.isRemount else {
            throw RuntimeError("\(place): only a bind mount can have id mappings, not one of type \(mount.type)")
        }
        var map = PlannedMount.IDMap(ranges: nil, isRecursive: kind == .recursive)
        if hasOwn {
            guard !mount.uidMappings.isEmpty, !mount.gidMappings.isEmpty else {
                throw RuntimeError("\(place): uidMappings and gidMappings must be given together")
            }
            map.ranges = (mount.uidMappings.map(\.range), mount.gidMappings.map(\.range))
        } else if hasNewUserNamespace {
            map.ranges = (uidRanges, gidRanges)
        } else if !isInUserNamespace {
            throw RuntimeError("\(place): \(kind?.option ?? "idmap") needs uidMappings and gidMappings, or a user namespace")
        }
        return map
    }

    mutating func planRootPropagation() throws(RuntimeError) {
        guard let name = spec.linux.rootfsPropagation, !name.isEmpty else { return }
        guard let propagation = MountOptions.Propagation(name) else {
            throw RuntimeError("linux.rootfsPropagation: \"\(name)\" is not a kind of propagation")
        }
        rootPropagation = propagation
    }

    /// As for the process's label: where SELinux is not active it protects nothing.
    mutating func planMountLabel() {
        guard let label = spec.linux.mountLabel, !label.isEmpty else { return }
        if SecurityLabel.Module.seLinux.isActive {
            mountLabel = label
        } else {
            warnings.append("linux.mountLabel: ignored, for SELinux is not active in this kernel")
        }
    }
}
