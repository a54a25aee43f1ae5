import Glibc
import Linux
import OCI

/// Which devices the container may use: the rules of its configuration, then those that every container has.
struct DeviceRules: Sendable {
    typealias Rule = SpecResources.DeviceRule

    /// Whatever a configuration denies (runtime-spec, config-linux.md, default devices): nodes can be made, which is no
    /// use of them, and null, zero, full, random, urandom, tty, console, ptmx and the pseudo terminals can be used.
    static let defaults: [Rule] =
        ["c", "b"].map { Rule(allow: true, type: $0, access: "m") }
        + [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)].map { major, minor in
            Rule(allow: true, type: "c", major: major, minor: minor)
        } + [Rule(allow: true, type: "c", major: 136)]

    /// Empty: everything that the caller's own cgroup may use.
    let rules: [Rule]

    init(_ configured: [Rule]) {
        rules = configured.isEmpty ? [] : configured + Self.defaults
    }

    /// Sets them, or puts them in the place of those that were there.
    func apply(to cgroups: CgroupSet, warn: (String) -> Void) throws(RuntimeError) {
        guard !rules.isEmpty else { return }
        do throws(SystemCallError) {
            if let folder = cgroups.v1("devices") {
                try DeviceWhitelist.set(self, in: folder)
            } else if let folder = cgroups.unified {
                try DeviceFilter.set(DeviceProgram(self), on: folder)
            } else {
                warn("linux.resources.devices: not limited, for no cgroup hierarchy can limit devices")
            }
        } catch {
            guard CgroupPrivilege.explains(error.code) else { throw RuntimeError("linux.resources.devices: \(error)") }
            // Without privilege there are no device files to make either.
            warn("linux.resources.devices: not limited: \(error)")
        }
    }
}
