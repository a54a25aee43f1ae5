import Glibc
import Linux
import OCI

/// `events`: what a container uses, and that it ran out of memory, for as long as it runs.
extension ContainerRuntime {
    /// One look at what the container uses.
    package func statistics(_ id: String) throws(RuntimeError) -> JSON {
        let container = try running(id)
        return Self.event("stats", id, CgroupStatistics(cgroups: container.record.cgroups).json)
    }

    /// Hands on statistics every `interval` milliseconds and every lack of memory at once, until the container has stopped.
    package func events(_ id: String, interval: Int, _ body: (JSON) -> Void) throws(RuntimeError) {
        let container = try running(id)
        let cgroups = container.record.cgroups
        let process = try RuntimeError.wrap { try ProcessDescriptor(pid: container.record.pid) }
        guard var watch = try OOMWatch(cgroups) else {
            log.warning("no cgroup hierarchy with memory is mounted: lack of memory is not noticed")
            return Self.tick(process, interval) { body(Self.event("stats", id, CgroupStatistics(cgroups: cgroups).json)) }
        }
        var entries = [
            pollfd(fd: watch.descriptor.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: process.descriptor.raw, events: Int16(POLLIN), revents: 0),
        ]
        var due = Self.milliseconds() + interval
        while true {
            let ready = poll(&entries, 2, Int32(clamping: max(0, due - Self.milliseconds())))
            if ready < 0, errno != EINTR { throw RuntimeError("cannot wait for events: \(SystemCallError.reason(errno))") }
            if ready > 0, entries[0].revents != 0, watch.happened() { body(Self.event("oom", id, nil)) }
            if ready > 0, entries[1].revents != 0 { return }
            guard Self.milliseconds() >= due else { continue }
            body(Self.event("stats", id, CgroupStatistics(cgroups: cgroups).json))
            due += interval
        }
    }

    private func running(_ id: String) throws(RuntimeError) -> Container {
        let container = try Container(StateDirectory(root: root, id: id))
        guard container.status != .stopped else { throw RuntimeError("container with id \(id) is not running") }
        return container
    }

    private static func tick(_ process: borrowing ProcessDescriptor, _ interval: Int, _ body: () -> Void) {
        while !process.ended(within: Int32(clamping: interval)) { body() }
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }

    private static func event(_ type: String, _ id: String, _ data: JSON?) -> JSON {
        var members = [JSON.Member("type", .string(type)), JSON.Member("id", .string(id))]
        if let data { members.append(JSON.Member("data", data)) }
        return .object(members)
    }
}
