import Glibc
import Linux
import OCI

/// What a container's mounts show of the host, opened by `rune` itself before the container's first process is made.
///
/// A process in a user namespace may not reach what its ids have no right to, a root filesystem below /var/lib for one, and may not map the
/// ids of a filesystem that is the host's. Only for these two is it needed; copies made inside keep the host's mounts locked.
struct MountSources: Sendable {
    /// Detached copies by the place of the mount in `mounts`.
    private(set) var trees: [Int: Int32] = [:]
    /// The root filesystem; -1: it is opened by the container's first process.
    private(set) var root: Int32 = -1

    init(_ plan: LaunchPlan, joining joined: borrowing JoinedNamespaces) throws(RuntimeError) {
        for planned in plan.mounts {
            guard let map = planned.idMap else { continue }
            trees[planned.index] = try RuntimeError.wrap(planned.name) { try Self.mapped(planned, map, plan, joined) }
        }
        // Without privilege the host gives no more to this process than to the container's.
        guard plan.isInUserNamespace, geteuid() == 0 else { return }
        root = Self.isolated { () throws(SystemCallError) in try MountTree(copying: plan.bundle.rootfs, recursively: true) } ?? -1
        for planned in plan.mounts where planned.isBind && !planned.isRemount && trees[planned.index] == nil {
            let bind = BindMount(planned, bundle: plan.bundle.path)
            trees[planned.index] = Self.isolated { () throws(SystemCallError) in try bind.source() }
        }
    }

    /// `nil` where it cannot be had: the container's first process then says why.
    private static func isolated(_ make: () throws(SystemCallError) -> MountTree) -> Int32? {
        do throws(SystemCallError) { return try make().isolated() } catch { return nil }
    }

    private static func mapped(
        _ planned: PlannedMount, _ map: PlannedMount.IDMap, _ plan: LaunchPlan, _ joined: borrowing JoinedNamespaces
    ) throws -> Int32 {
        let tree = try BindMount(planned, bundle: plan.bundle.path).source()
        guard let ranges = map.ranges else {
            try tree.mapIDs(by: joined.userNamespace, recursively: map.isRecursive, of: planned.mount.source)
            return try tree.isolated()
        }
        let namespace = try UserNamespace(uids: ranges.uids, gids: ranges.gids)
        try tree.mapIDs(by: namespace.descriptor.raw, recursively: map.isRecursive, of: planned.mount.source)
        return try tree.isolated()
    }

    /// The copy for `planned`, whose owner the caller becomes.
    func tree(for planned: PlannedMount) -> MountTree? {
        trees[planned.index].map { MountTree(owning: $0) }
    }

    var rootTree: MountTree? { root >= 0 ? MountTree(owning: root) : nil }

    /// For the process that does not use them.
    func close() {
        for tree in trees.values { _ = Glibc.close(tree) }
        if root >= 0 { _ = Glibc.close(root) }
    }
}

extension MountTree {
    /// Gives the descriptor away, after what is mounted in the copy no longer shows in the host's mounts it was made from.
    fileprivate consuming func isolated() throws(SystemCallError) -> Int32 {
        var change = MountAttributes()
        change.propagation = UInt64(MS_SLAVE)
        try self.change(change, recursively: true, of: "a copied mount")
        return try descriptor.duplicate().release()
    }
}
