import Glibc
import OCI

/// The commands that work on a container's cgroups.
extension ContainerRuntime {
    package func pause(_ id: String) throws(RuntimeError) {
        let container = try Container(StateDirectory(root: root, id: id))
        switch container.status {
        case .running, .created: break
        case .paused: throw RuntimeError("container not running: it is paused already")
        default: throw .notRunning
        }
        try freezer(of: container).freeze()
    }

    package func resume(_ id: String) throws(RuntimeError) {
        let container = try Container(StateDirectory(root: root, id: id))
        guard container.status == .paused else { throw .notPaused }
        try freezer(of: container).thaw()
    }

    private func freezer(of container: Container) throws(RuntimeError) -> CgroupFreezer {
        guard let freezer = CgroupFreezer(container.record.cgroups) else {
            throw RuntimeError("cannot pause: the container has no cgroup with a freezer")
        }
        return freezer
    }

    /// The numbers of the container's processes as this process's PID namespace has them.
    package func processes(_ id: String) throws(RuntimeError) -> [Int32] {
        try Container(StateDirectory(root: root, id: id)).processes()
    }

    package func update(_ id: String, _ resources: SpecResources) throws(RuntimeError) {
        let container = try Container(StateDirectory(root: root, id: id))
        guard container.status != .stopped else { throw .notRunning }
        let log = log
        try CgroupLimits(cgroups: container.record.cgroups) { log.warning($0) }.apply(resources)
    }
}
