import CLinux
import Glibc
import Linux

/// Tells when a container ran out of memory.
struct OOMWatch: ~Copyable {
    /// Readable when something happened.
    let descriptor: FileDescriptor
    private let folder: CgroupFolder
    private var kills: UInt64

    /// `nil`: the container has no memory controller to ask.
    init?(_ cgroups: CgroupSet) throws(RuntimeError) {
        guard let folder = cgroups.holder(of: "memory") else { return nil }
        self.folder = folder
        kills = Self.kills(folder)
        descriptor = try RuntimeError.wrap { folder.isUnified ? try Self.modified(folder) : try Self.counter(folder) }
    }

    private static func modified(_ folder: CgroupFolder) throws(SystemCallError) -> FileDescriptor {
        let file = folder.path + "/memory.events"
        return FileDescriptor(owning: try SystemCallError.check(cl_watch_modified(file), "watch \(file)"))
    }

    private static func counter(_ folder: CgroupFolder) throws(SystemCallError) -> FileDescriptor {
        let control = try FileDescriptor.open(folder.path + "/memory.oom_control", O_RDONLY)
        let counter = FileDescriptor(owning: try SystemCallError.check(cl_event_counter(), "make an event counter"))
        try folder.write("\(counter.raw) \(control.raw)", to: "cgroup.event_control")
        return counter
    }

    private static func kills(_ folder: CgroupFolder) -> UInt64 {
        folder.number("oom_kill", in: "memory.events") ?? 0
    }

    /// Takes what the descriptor has; whether the container really ran out of memory.
    mutating func happened() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var count = 0
        repeat {
            count = buffer.withUnsafeMutableBytes { read(descriptor.raw, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard folder.isUnified else {
            // The removal of the cgroup raises the counter as well.
            return count > 0 && folder.has("cgroup.event_control")
        }
        let now = Self.kills(folder)
        defer { kills = max(now, kills) }
        return now > kills
    }
}
