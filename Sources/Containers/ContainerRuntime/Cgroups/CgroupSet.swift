import Glibc
import Linux

/// A container's cgroups, one in each hierarchy of the host: what its record keeps and every later command works on.
struct CgroupSet: Equatable, Sendable {
    let folders: [CgroupFolder]

    var unified: CgroupFolder? { folders.first(where: \.isUnified) }
    var isUnifiedOnly: Bool { folders.allSatisfy(\.isUnified) && !folders.isEmpty }

    func v1(_ controller: String) -> CgroupFolder? {
        folders.first { !$0.isUnified && $0.controllers.contains(controller) }
    }

    /// Where a controller is: on a hybrid one has v1 hierarchies and the v2 one may have controllers as well.
    func holder(of controller: String) -> CgroupFolder? {
        v1(controller) ?? folders.first { $0.isUnified && $0.controllers.contains(controller) }
    }

    // MARK: Processes

    /// All hierarchies hold the same processes; this one is asked.
    private var membership: CgroupFolder? {
        v1("pids") ?? v1("freezer") ?? v1("devices") ?? unified ?? folders.first
    }

    /// The container's processes, those in cgroups it made itself too.
    func processes() -> [Int32] {
        membership.map { CgroupPath($0.path).allMembers } ?? []
    }

    /// Puts a process into the container's cgroups, beside its first one.
    ///
    /// An init that made cgroups of its own may have left the top one empty, and v2 takes no process there then.
    func admit(_ pid: Int32, beside first: Int32) throws(RuntimeError) {
        for folder in folders {
            do throws(SystemCallError) {
                try folder.write(String(pid), to: "cgroup.procs")
            } catch {
                guard folder.isUnified, [EBUSY, EOPNOTSUPP].contains(error.code),
                    let nested = Self.nested(in: CgroupPath(folder.path), of: first)
                else { throw RuntimeError("\(error)") }
                try RuntimeError.wrap { try nested.write(String(pid), to: "cgroup.procs") }
            }
        }
    }

    private static func nested(in path: CgroupPath, of pid: Int32) -> CgroupPath? {
        guard let child = path.children.first(where: { $0.allMembers.contains(pid) }) else { return nil }
        return child.members().contains(pid) ? child : nested(in: child, of: pid)
    }

    // MARK: Signals

    /// Sends a signal to every process, of which none can escape by making others meanwhile.
    func signal(_ number: Int32) {
        if number == SIGKILL, let unified, (try? unified.write("1", to: "cgroup.kill")) != nil {
            // A frozen v1 cgroup keeps even the killed.
            try? v1Freezer?.thaw()
            return
        }
        let freezer = CgroupFreezer(self)
        let wasFrozen = freezer?.isFrozen ?? false
        if !wasFrozen { try? freezer?.freeze() }
        for pid in processes() { kill(pid, number) }
        if !wasFrozen || number == SIGKILL { try? freezer?.thaw() }
    }

    private var v1Freezer: CgroupFreezer? { v1("freezer").map { .v1($0) } }
}
