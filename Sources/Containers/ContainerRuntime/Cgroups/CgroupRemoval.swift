import Glibc
import Linux

/// Ends what is still in a container's cgroups and removes them, with those the container made inside.
struct CgroupRemoval {
    private let deadline: Int
    private(set) var remaining: [String] = []

    /// The cgroups that stay because something in them does not end within `seconds`.
    static func remove(_ cgroups: CgroupSet, within seconds: Int = 5) -> [String] {
        let busy = cgroups.folders.filter { rmdir($0.path) < 0 && errno != ENOENT }
        guard !busy.isEmpty else { return [] }
        CgroupSet(folders: busy).signal(SIGKILL)
        var removal = CgroupRemoval(within: seconds)
        for folder in busy where !removal.remove(CgroupPath(folder.path)) { removal.remaining.append(folder.path) }
        return removal.remaining
    }

    private init(within seconds: Int) {
        deadline = Self.milliseconds() + seconds * 1000
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }

    /// The kernel counts a process in for a moment after it has ended, and what is killed may be slow to end.
    private func remove(_ cgroup: CgroupPath) -> Bool {
        var pause: UInt32 = 500
        while true {
            for child in cgroup.children { _ = remove(child) }
            if cgroup.remove() { return true }
            guard errno == EBUSY || errno == ENOTEMPTY, Self.milliseconds() < deadline else { return false }
            killMembers(of: cgroup)
            usleep(pause)
            pause = min(pause * 2, 50_000)
        }
    }

    /// v1 lets a thread be where its process is not, so that only `tasks` tells of it; a signal to it reaches the process.
    private func killMembers(of cgroup: CgroupPath) {
        let processes = cgroup.members()
        for pid in processes.isEmpty ? cgroup.members("tasks") : processes { kill(pid, SIGKILL) }
        if let state = cgroup.text("freezer.state"), !state.hasPrefix("THAWED") { try? cgroup.write("THAWED", to: "freezer.state") }
    }
}
