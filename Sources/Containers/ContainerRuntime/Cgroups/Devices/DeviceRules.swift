import Glibc
import Linux
import OCI

/// Which devices the container may use, as the lines of the v1 `devices` controller.
struct DeviceRules {
    /// Every container has these, whatever its configuration denies (runtime-spec, config-linux.md, default devices).
    static let defaults = [
        "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm",
        "c 5:2 rwm", "c 136:* rwm",
    ]

    let rules: [SpecResources.DeviceRule]

    init(_ rules: [SpecResources.DeviceRule]) {
        self.rules = rules
    }

    static func line(_ rule: SpecResources.DeviceRule) -> String {
        if rule.type == "a" || rule.type.isEmpty, rule.major == nil, rule.minor == nil { return "a" }
        func number(_ value: Int64?) -> String { value.map { $0 < 0 ? "*" : String($0) } ?? "*" }
        return "\(rule.type) \(number(rule.major)):\(number(rule.minor)) \(rule.access)"
    }

    func apply(to cgroups: ContainerCgroups, warn: (String) -> Void) throws(RuntimeError) {
        guard !rules.isEmpty else { return }
        guard let member = cgroups.members.first(where: { $0.hierarchy.controllers.contains("devices") }) else {
            return warn("devices are not limited: no cgroup hierarchy with the controller devices is mounted")
        }
        try RuntimeError.wrap {
            let allow = try FileDescriptor.open(member.directory + "/devices.allow", O_WRONLY)
            let deny = try FileDescriptor.open(member.directory + "/devices.deny", O_WRONLY)
            for rule in rules {
                let line = Array(Self.line(rule).utf8)
                if rule.allow {
                    try FileContents.write(line, to: allow, "devices.allow")
                } else {
                    try FileContents.write(line, to: deny, "devices.deny")
                }
            }
            for line in Self.defaults { try FileContents.write(Array(line.utf8), to: allow, "devices.allow") }
        }
    }
}
