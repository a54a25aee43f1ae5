import Glibc
import Linux

/// The cgroups a process of `exec` enters: the container's own, or those below them that were asked for.
struct ExecCgroups: Sendable {
    private let set: CgroupSet
    /// The container's first process: where the own v2 cgroup takes no processes, the new one goes to it.
    private let first: Int32

    init(_ container: Container, _ wanted: [String]) throws(RuntimeError) {
        first = container.record.pid
        var folders = container.record.cgroups.folders
        for text in wanted { folders = try Self.below(folders, text) }
        set = CgroupSet(folders: folders)
    }

    private static func below(_ folders: [CgroupFolder], _ text: String) throws(RuntimeError) -> [CgroupFolder] {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = RootedPath.cleaned(String(parts[parts.count - 1]))
        let controllers = parts.count == 2 ? parts[0].split(separator: ",").map(String.init) : []
        guard !parts.contains(where: { RootedPath.components(String($0)).contains("..") }) else {
            throw RuntimeError("--cgroup \(text): must be below the container's own cgroup")
        }
        var isUsed = false
        let result = folders.map { folder in
            guard controllers.isEmpty || controllers.contains(where: folder.controllers.contains) else { return folder }
            isUsed = true
            let directory = path == "/" ? folder.path : folder.path + path
            return CgroupFolder(path: directory, controllers: folder.controllers, isUnified: folder.isUnified)
        }
        guard isUsed else { throw RuntimeError("--cgroup \(text): no cgroup hierarchy with such a controller is mounted") }
        return result
    }

    /// Where a process of the v2 hierarchy can be born; `nil`: there is none.
    func birthplace() -> FileDescriptor? {
        guard let path = set.unified?.path else { return nil }
        return try? FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Moves the calling process, which has one thread; the host's files must be there.
    ///
    /// In a v1 hierarchy by its thread: moving itself alone a thread needs not wait until the kernel has stopped all forks and exits of the
    /// machine, which takes ten milliseconds and more.
    func enter(bornInside: Bool) throws(RuntimeError) {
        for folder in set.folders {
            if folder.isUnified {
                if !bornInside { try CgroupSet(folders: [folder]).admit(0, beside: first) }
            } else {
                try RuntimeError.wrap { try folder.write("0", to: "tasks") }
            }
        }
    }
}
