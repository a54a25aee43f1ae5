import Glibc
import Linux
import OCI

/// The v1 `devices` controller: a list of what is allowed, or of what is not, changed line by line.
struct DeviceWhitelist: Equatable {
    struct Devices: Hashable {
        /// One of `c` and `b`.
        let type: String
        let major: UInt32?
        let minor: UInt32?

        var text: String { "\(type) \(major.map(String.init) ?? "*"):\(minor.map(String.init) ?? "*")" }
    }

    /// `nil`: everything is allowed, but for exceptions that cannot be read back.
    var allowed: [Devices: DeviceAccess]?

    static func line(_ rule: DeviceRules.Rule) -> String {
        if rule.type == "a" { return "a" }
        return "\(Devices(type: rule.type, major: rule.major, minor: rule.minor).text) \(rule.access)"
    }

    /// `c 1:3 rwm`, as the kernel lists them; `a *:* rwm` for everything.
    init(listing: String) {
        var allowed: [Devices: DeviceAccess] = [:]
        for line in listing.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            guard words.count == 4, words[0] != "a" else { return }
            let devices = Devices(type: String(words[0]), major: UInt32(words[1]), minor: UInt32(words[2]))
            allowed[devices, default: []].formUnion(DeviceAccess(letters: words[3]))
        }
        self.allowed = allowed
    }

    /// What the kernel's list becomes when `rules` are written one after the other, everything being allowed before.
    init(after rules: [DeviceRules.Rule]) {
        for rule in rules {
            if rule.type == "a" {
                allowed = rule.allow ? nil : [:]
                continue
            }
            guard allowed != nil else { continue }
            let devices = Devices(type: rule.type, major: rule.major, minor: rule.minor)
            let access = DeviceAccess(letters: rule.access)
            var now = allowed?[devices] ?? []
            if rule.allow { now.formUnion(access) } else { now.subtract(access) }
            allowed?[devices] = now.isEmpty ? nil : now
        }
    }

    // MARK: The kernel's

    /// A container that runs never loses in between what it has before and after.
    static func set(_ rules: DeviceRules, in folder: CgroupFolder) throws(SystemCallError) {
        let allow = try FileDescriptor.open(folder.path + "/devices.allow", O_WRONLY)
        let deny = try FileDescriptor.open(folder.path + "/devices.deny", O_WRONLY)
        let now = DeviceWhitelist(listing: folder.text("devices.list") ?? "")
        guard let present = now.allowed, let target = DeviceWhitelist(after: rules.rules).allowed else {
            for rule in rules.rules {
                let line = Array(line(rule).utf8)
                if rule.allow {
                    try FileContents.write(line, to: allow, "devices.allow")
                } else {
                    try FileContents.write(line, to: deny, "devices.deny")
                }
            }
            return
        }
        for line in changes(from: present, to: target) {
            try FileContents.write(Array("\(line.devices.text) \(line.access.letters)".utf8), to: allow, "devices.allow")
        }
        for line in changes(from: target, to: present) {
            try FileContents.write(Array("\(line.devices.text) \(line.access.letters)".utf8), to: deny, "devices.deny")
        }
    }

    private static func changes(
        from old: [Devices: DeviceAccess], to new: [Devices: DeviceAccess]
    ) -> [(devices: Devices, access: DeviceAccess)] {
        new.compactMap { devices, access in
            let added = access.subtracting(old[devices] ?? [])
            return added.isEmpty ? nil : (devices, added)
        }
    }
}
