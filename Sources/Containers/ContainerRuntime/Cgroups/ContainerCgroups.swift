import Glibc
import Linux
import OCI

/// The cgroups of a container that is being made.
struct ContainerCgroups: Sendable {
    private(set) var members: [Member]
    /// The folders this run made, parents first.
    private(set) var made: [String] = []
    /// The container's first process was cloned into its v2 cgroup.
    private var isBornInside = false

    struct Member: Sendable {
        let hierarchy: CgroupHierarchy
        let directory: String
    }

    var directories: [String] { members.map(\.directory) }

    var set: CgroupSet {
        CgroupSet(
            folders: members.map {
                CgroupFolder(path: $0.directory, controllers: $0.hierarchy.controllers, isUnified: $0.hierarchy.isUnified)
            })
    }

    /// Those that are nobody's yet: what is done to them is done to no stranger.
    var unused: CgroupSet {
        let strangers = members.filter {
            $0.directory == $0.hierarchy.mountPoint || !CgroupFolder.members(of: $0.directory).isEmpty
        }
        return CgroupSet(folders: set.folders.filter { folder in !strangers.contains { $0.directory == folder.path } })
    }

    init(hierarchies: [CgroupHierarchy], cgroupsPath: String?, id: String) {
        members = hierarchies.map { Member(hierarchy: $0, directory: $0.directory(of: cgroupsPath, id: id)) }
    }

    // MARK: Making

    /// Makes the folders; one that exists and is in use is refused, for its limits and its end would be others' too.
    ///
    /// Hierarchies in which a caller without privilege may make nothing are left out with a warning.
    mutating func make(warn: (String) -> Void) throws(RuntimeError) {
        var refused: [String] = []
        for member in members {
            guard member.directory != member.hierarchy.mountPoint else {
                throw RuntimeError("linux.cgroupsPath: it is the root of the hierarchy \(member.hierarchy.mountPoint)")
            }
            if !CgroupFolder.members(of: member.directory).isEmpty {
                throw RuntimeError("the cgroup \(member.directory) is in use by other processes")
            }
            do throws(SystemCallError) {
                try makeAll(member.directory, in: member.hierarchy)
            } catch {
                guard CgroupPrivilege.explains(error.code) else { throw RuntimeError("\(error)") }
                refused.append(member.directory)
            }
        }
        guard !refused.isEmpty else { return }
        members.removeAll { refused.contains($0.directory) }
        warn("not privileged to make the cgroups \(refused.joined(separator: ", ")): nothing is limited there")
    }

    private mutating func makeAll(_ path: String, in hierarchy: CgroupHierarchy) throws(SystemCallError) {
        if path == hierarchy.mountPoint { return }
        var status = mkdir(path, 0o755)
        if status < 0, errno == ENOENT {
            try makeAll(RootedPath.split(path).parent, in: hierarchy)
            status = mkdir(path, 0o755)
        }
        if status == 0 {
            made.append(path)
        } else if errno != EEXIST {
            throw SystemCallError(errno, "make the cgroup \(path)")
        }
        if hierarchy.controllers.contains("cpuset"), !hierarchy.isUnified { try inheritCPUSet(path) }
    }

    /// A new v1 cpuset is empty and takes no process before it has CPUs and memory nodes.
    private func inheritCPUSet(_ path: String) throws(SystemCallError) {
        let parent = RootedPath.split(path).parent
        for file in ["cpuset.cpus", "cpuset.mems"] {
            let own = try FileContents.read("\(path)/\(file)")
            guard own.allSatisfy({ $0 == 0x0a }) else { continue }
            try FileContents.write(FileContents.text("\(parent)/\(file)"), to: "\(path)/\(file)")
        }
    }

    // MARK: Joining

    enum Joiner {
        /// The calling process, which has one thread.
        case itself
        case other(Int32)
    }

    /// Clones the calling process into the v2 cgroup if that can be: what is born there needs not be moved.
    mutating func clone(namespaces: UInt64) throws(RuntimeError) -> CloneResult {
        if let path = set.unified?.path, let folder = try? FileDescriptor.open(path, O_RDONLY | O_DIRECTORY) {
            isBornInside = true
            if let born = try? cloneProcess(namespaces: namespaces, cgroup: folder.raw) { return born }
            isBornInside = false
        }
        return try RuntimeError.wrap { try cloneProcess(namespaces: namespaces) }
    }

    /// Puts a process into the cgroups it was not born in.
    ///
    /// A process enters a v1 cgroup by its one thread where it can. For moving another, or itself as a whole, the kernel stops
    /// all forks and exits of the machine, which takes ten milliseconds and more.
    func join(_ joiner: Joiner) throws(RuntimeError) {
        for member in members where !(isBornInside && member.hierarchy.isUnified) {
            do throws(SystemCallError) {
                switch joiner {
                case .itself:
                    let file = member.hierarchy.isUnified ? "cgroup.procs" : "tasks"
                    try FileContents.write("0", to: "\(member.directory)/\(file)")
                case .other(let pid): try FileContents.write(String(pid), to: "\(member.directory)/cgroup.procs")
                }
            } catch {
                if error.code == EBUSY {
                    throw RuntimeError("\(error): the cgroup hands controllers down, so that it can hold no process")
                }
                guard CgroupPrivilege.explains(error.code) else { throw RuntimeError("\(error)") }
            }
        }
    }

    /// Undoes `make`.
    func unmake() {
        let own = set.folders.filter { made.contains($0.path) }
        _ = CgroupRemoval.remove(CgroupSet(folders: own))
        for path in made.reversed() { rmdir(path) }
    }
}
