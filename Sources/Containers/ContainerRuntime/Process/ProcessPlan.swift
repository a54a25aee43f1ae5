import Glibc
import Linux
import OCI

/// What a process of a container is given, checked whole before anything is made; the first one's and those of `exec` alike.
struct ProcessPlan: Sendable {
    let process: SpecProcess
    /// What the process has in its bounding set before it gives any up.
    let heldBounding: UInt64
    var capabilities = CapabilitySets()
    var limits: [Limit] = []
    var scheduling: Scheduling?
    /// As ioprio_set takes it.
    var ioPriority: Int32?
    /// The number of the execution domain.
    var personality: UInt?
    var label: SecurityLabel.Wanted?
    var initialCPUs: CPUSet?
    var finalCPUs: CPUSet?
    var warnings: [String] = []

    struct Limit: Sendable {
        let resource: Int32
        let soft: UInt64
        let hard: UInt64
    }

    init(_ process: SpecProcess, personality: SpecLinux.Personality?, isInUserNamespace: Bool) throws(RuntimeError) {
        self.process = process
        let bounding = CapabilitySets.boundingSet()
        // The first process of a user namespace has all of them there.
        heldBounding = isInUserNamespace ? bounding.known : bounding.held
        try checkProgram()
        planCapabilities()
        try planLimits()
        try planScheduling()
        try planIOPriority()
        try planAffinity()
        try planPersonality(personality)
        planLabel()
    }

    private func checkProgram() throws(RuntimeError) {
        guard let name = process.args.first else { throw RuntimeError("process.args: must not be empty") }
        guard !name.isEmpty else { throw RuntimeError("process.args[0]: must not be empty") }
        guard process.cwd.hasPrefix("/") else {
            throw RuntimeError("process.cwd: must be absolute, not \"\(process.cwd)\"")
        }
        if let score = process.oomScoreAdj, !(-1000...1000).contains(score) {
            throw RuntimeError("process.oomScoreAdj: \(score) is not between -1000 and 1000")
        }
        if let mask = process.user.umask, mask > 0o777 {
            throw RuntimeError("process.user.umask: \(mask) is not between 0 and 511")
        }
    }

    // MARK: Rights

    private mutating func planCapabilities() {
        guard let wanted = process.capabilities else { return }
        let held = heldBounding
        var refused = Set<String>()
        func bits(_ names: [String]) -> UInt64 {
            var bits: UInt64 = 0
            for name in names {
                if let number = Capability.number(name), held & 1 << UInt64(number) != 0 {
                    bits |= 1 << UInt64(number)
                } else {
                    refused.insert(name)
                }
            }
            return bits
        }
        capabilities.bounding = bits(wanted.bounding)
        capabilities.permitted = bits(wanted.permitted)
        capabilities.effective = bits(wanted.effective) & capabilities.permitted
        capabilities.inheritable = bits(wanted.inheritable)
        // The kernel raises only what is permitted and inheritable; `runc spec` itself writes more.
        capabilities.ambient = bits(wanted.ambient) & capabilities.permitted & capabilities.inheritable
        if !refused.isEmpty {
            warnings.append("capabilities that cannot be granted here: \(refused.sorted().joined(separator: ", "))")
        }
    }

    private mutating func planLimits() throws(RuntimeError) {
        for (index, limit) in process.rlimits.enumerated() {
            let place = "process.rlimits[\(index)]"
            guard let resource = ResourceLimit.number(limit.type) else {
                throw RuntimeError("\(place).type: \"\(limit.type)\" is not a resource limit")
            }
            guard !limits.contains(where: { $0.resource == resource }) else {
                throw RuntimeError("\(place).type: \(limit.type) appears twice")
            }
            guard limit.soft <= limit.hard else {
                throw RuntimeError("\(place).soft: \(limit.soft) is more than the hard limit \(limit.hard)")
            }
            limits.append(Limit(resource: resource, soft: limit.soft, hard: limit.hard))
        }
    }

    /// A label for a security module that this kernel does not run protects nothing, and is ignored as crun does.
    private mutating func planLabel() {
        let names = [(SecurityLabel.Module.appArmor, process.apparmorProfile), (.seLinux, process.selinuxLabel)]
        for (module, name) in names {
            guard let name, !name.isEmpty else { continue }
            if module.isActive {
                label = SecurityLabel.Wanted(module: module, name: name)
            } else {
                warnings.append("process.\(module.member): ignored, for \(module.title) is not active in this kernel")
            }
        }
    }
}
