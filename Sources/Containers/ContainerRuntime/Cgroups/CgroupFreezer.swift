import Glibc
import Linux

/// Stops all processes of a container and lets them go on, without a signal they could notice.
enum CgroupFreezer {
    case v1(CgroupFolder)
    case unified(CgroupFolder)

    /// `nil`: the host has no freezer for this container.
    init?(_ cgroups: CgroupSet) {
        if let folder = cgroups.v1("freezer") {
            self = .v1(folder)
        } else if let folder = cgroups.unified {
            self = .unified(folder)
        } else {
            return nil
        }
    }

    var isFrozen: Bool {
        switch self {
        case .v1(let folder): folder.text("freezer.state").map { !$0.hasPrefix("THAWED") } ?? false
        case .unified(let folder): folder.number("cgroup.freeze") == 1
        }
    }

    /// Returns when all processes stand still.
    func freeze() throws(RuntimeError) {
        do throws(SystemCallError) {
            try set(frozen: true)
        } catch {
            throw RuntimeError("cannot freeze the container: \(error)")
        }
        for attempt in 0..<1000 {
            if isComplete { return }
            // v1 can stay at FREEZING when a process forks at the wrong moment; asked again it goes on.
            if case .v1(let folder) = self {
                if attempt % 50 == 49 { try? folder.write("THAWED", to: "freezer.state") }
                try? folder.write("FROZEN", to: "freezer.state")
            }
            usleep(attempt < 20 ? 200 : 5000)
        }
        try? set(frozen: false)
        throw RuntimeError("cannot freeze the container: its processes did not stop within 5 s")
    }

    func thaw() throws(RuntimeError) {
        do throws(SystemCallError) {
            try set(frozen: false)
        } catch {
            throw RuntimeError("cannot thaw the container: \(error)")
        }
    }

    private func set(frozen: Bool) throws(SystemCallError) {
        switch self {
        case .v1(let folder): try folder.write(frozen ? "FROZEN" : "THAWED", to: "freezer.state")
        case .unified(let folder): try folder.write(frozen ? "1" : "0", to: "cgroup.freeze")
        }
    }

    private var isComplete: Bool {
        switch self {
        case .v1(let folder): folder.text("freezer.state")?.hasPrefix("FROZEN") == true
        case .unified(let folder): folder.number("frozen", in: "cgroup.events") == 1
        }
    }
}
