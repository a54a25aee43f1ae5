import Glibc
import Linux

/// The cgroups a process of `exec` enters: the container's own, or those below them that were asked for.
struct ExecCgroups: Sendable {
    let directories: [String]
    /// The container's first process, whose cgroup of the v2 hierarchy is the way out where the container's own takes no processes.
    let first: Int32

    init(_ container: Container, _ wanted: [String]) throws(RuntimeError) {
        first = container.record.pid
        var directories = container.record.cgroups
        for text in wanted { try Self.descend(&directories, text) }
        self.directories = directories
    }

    private static func descend(_ directories: inout [String], _ text: String) throws(RuntimeError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = RootedPath.cleaned(String(parts[parts.count - 1]))
        let controllers = parts.count == 2 ? parts[0].split(separator: ",").map(String.init) : []
        if text.split(separator: "/").contains("..") {
            throw RuntimeError("exec: --cgroup \(text): must be below the container's own cgroup")
        }
        for (index, directory) in directories.enumerated() where controllers.isEmpty || serves(directory, controllers) {
            directories[index] = path == "/" ? directory : directory + path
        }
    }

    /// v1 hierarchies are mounted on folders that have their controllers' names.
    private static func serves(_ directory: String, _ controllers: [String]) -> Bool {
        directory.split(separator: "/").contains { component in
            component.split(separator: ",").contains { controllers.contains(String($0)) }
        }
    }

    /// Moves the calling process, which has one thread; the host's files must be there.
    ///
    /// In a v1 hierarchy by its thread: moving itself alone a thread needs not wait until the kernel has stopped all forks and exits of the
    /// machine, which takes ten milliseconds and more.
    func enter() throws(SystemCallError) {
        for directory in directories {
            do throws(SystemCallError) {
                try FileContents.write("0", to: directory + "/tasks")
            } catch {
                guard error.code == ENOENT else { throw error }
                try enterUnified(directory)
            }
        }
    }

    private func enterUnified(_ directory: String) throws(SystemCallError) {
        do throws(SystemCallError) {
            try FileContents.write("0", to: directory + "/cgroup.procs")
        } catch {
            // A v2 cgroup that hands controllers on has no processes of its own.
            guard error.code == EBUSY, let other = firstProcessDirectory(near: directory) else { throw error }
            try FileContents.write("0", to: other + "/cgroup.procs")
        }
    }

    private func firstProcessDirectory(near directory: String) -> String? {
        guard let text = try? FileContents.text("/proc/\(first)/cgroup"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        // Where the hierarchy is mounted is what stands before the container's own path.
        let path = line.dropFirst(3)
        let end = directory.indices.first { directory[$0] == "/" && path.hasPrefix(String(directory[$0...]) + "/") }
        return end.map { String(directory[..<$0]) + path }
    }
}
