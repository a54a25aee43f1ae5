import Glibc

/// A mount namespace in which crun works on a hybrid host.
///
/// crun refuses a host whose cgroup v2 tree has a controller while others are v1. Where that one is hugetlb it is mounted as
/// v1 in a namespace that a process of ours holds: nobody else sees the mount.
final class HybridHost: Sendable {
    static let shared = HybridHost()
    private static let mountPoint = "/sys/fs/cgroup/hugetlb"

    /// What goes before a command so that it runs there; empty where nothing is needed, `nil` where it cannot be done.
    let enter: [String]?
    private let holder: RunningProgram?

    private init() {
        guard Self.needsMount else {
            (enter, holder) = ([], nil)
            return
        }
        let script = """
            mkdir -p \(Self.mountPoint) && mount -t cgroup -o hugetlb hugetlb \(Self.mountPoint) && echo ready
            test=$PPID; while kill -0 $test 2>/dev/null && sleep 0.3; do :; done
            """
        let holder = try? RunningProgram(["unshare", "--mount", "--propagation", "private", "sh", "-c", script])
        for _ in 0..<500 where holder?.output.text.isEmpty == true { usleep(10_000) }
        guard let holder, holder.output.text == "ready\n" else {
            (enter, self.holder) = (nil, nil)
            return
        }
        (enter, self.holder) = (["nsenter", "--mount=/proc/\(holder.pid)/ns/mnt", "--"], holder)
        atexit { HybridHost.shared.leave() }
    }

    private func leave() {
        guard let holder else { return }
        kill(holder.pid, SIGKILL)
        var status: Int32 = 0
        waitpid(holder.pid, &status, 0)
        rmdir(Self.mountPoint)
    }

    /// Also where another run has taken the controller out of v2 already: then it is v1, and mounted only where that run sees it.
    private static var needsMount: Bool {
        if read("/sys/fs/cgroup/unified/cgroup.controllers").contains("hugetlb") { return true }
        return access("/sys/fs/cgroup/unified", F_OK) == 0 && access(mountPoint + "/cgroup.procs", F_OK) != 0
            && lines("/proc/self/cgroup").contains { $0.contains(":hugetlb:") }
    }

    private static func lines(_ path: String) -> [String] {
        guard let stream = fopen(path, "re") else { return [] }
        defer { fclose(stream) }
        var found: [String] = []
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, 4096, stream) != nil {
            found.append(line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return found
    }

    private static func read(_ path: String) -> String { lines(path).first ?? "" }
}
