import Glibc
import Linux
import OCI

/// The container's cgroup in each hierarchy of the host.
struct ContainerCgroups: Sendable {
    let members: [Member]
    /// The folders this run made, parents first.
    private(set) var made: [String] = []

    struct Member: Sendable {
        let hierarchy: CgroupHierarchy
        let directory: String
    }

    var directories: [String] { members.map(\.directory) }

    init(hierarchies: [CgroupHierarchy], cgroupsPath: String?, id: String) {
        members = hierarchies.map { Member(hierarchy: $0, directory: $0.directory(of: cgroupsPath, id: id)) }
    }

    /// Makes the folders; one that exists and is in use is refused, for its limits and its end would be others' too.
    mutating func make() throws(RuntimeError) {
        for member in members {
            let existed = access(member.directory, F_OK) == 0
            if existed, !Self.processes(in: member.directory).isEmpty {
                throw RuntimeError("the cgroup \(member.directory) is in use by other processes")
            }
            try makeAll(member.directory, in: member.hierarchy)
        }
    }

    private mutating func makeAll(_ path: String, in hierarchy: CgroupHierarchy) throws(RuntimeError) {
        if path == hierarchy.mountPoint { return }
        var status = mkdir(path, 0o755)
        if status < 0, errno == ENOENT {
            try makeAll(RootedPath.split(path).parent, in: hierarchy)
            status = mkdir(path, 0o755)
        }
        if status == 0 {
            made.append(path)
            if hierarchy.controllers.contains("cpuset") { try inheritCPUSet(path) }
        } else if errno != EEXIST {
            throw RuntimeError("cannot make the cgroup \(path): \(SystemCallError.reason(errno))")
        }
    }

    /// A new v1 cpuset is empty and takes no process before it has CPUs and memory nodes.
    private func inheritCPUSet(_ path: String) throws(RuntimeError) {
        let parent = RootedPath.split(path).parent
        for file in ["cpuset.cpus", "cpuset.mems"] {
            try RuntimeError.wrap { try FileContents.write(FileContents.text("\(parent)/\(file)"), to: "\(path)/\(file)") }
        }
    }

    func add(_ pid: Int32) throws(RuntimeError) {
        for directory in directories {
            try RuntimeError.wrap { try FileContents.write(String(pid), to: directory + "/cgroup.procs") }
        }
    }

    /// Undoes `make`.
    func unmake() {
        Self.remove(directories.filter(made.contains))
        for path in made.reversed() { rmdir(path) }
    }

    // MARK: From the record of a container

    static func processes(in directory: String) -> [Int32] {
        guard let text = try? FileContents.text(directory + "/cgroup.procs") else { return [] }
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Ends what is still in the cgroups, then removes them; gives up on one that stays busy for half a second.
    static func remove(_ directories: [String]) {
        for directory in directories where rmdir(directory) < 0 && errno != ENOENT {
            removeTree(directory)
        }
    }

    private static func removeTree(_ directory: String) {
        for name in children(of: directory) { removeTree(directory + "/" + name) }
        for _ in 0..<100 {
            if rmdir(directory) == 0 || errno == ENOENT { return }
            for pid in processes(in: directory) { kill(pid, SIGKILL) }
            usleep(5000)
        }
    }

    private static func children(of directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if entry.pointee.d_type == UInt8(DT_DIR), name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
