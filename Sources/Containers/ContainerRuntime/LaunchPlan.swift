import Glibc
import Linux
import OCI

/// A configuration that was checked whole before anything was made: what the processes of a start carry out.
struct LaunchPlan: Sendable {
    let id: String
    let bundle: Bundle
    var newNamespaces: [NamespaceKind] = []
    var joinedNamespaces: [(kind: NamespaceKind, path: String)] = []
    var mounts: [PlannedMount] = []
    var capabilities = CapabilitySets()
    var rlimits: [(resource: Int32, soft: UInt64, hard: UInt64)] = []
    var rootPropagation: MountOptions.Propagation?
    var warnings: [String] = []
    let enclave: EnclaveSelection?

    var spec: Spec { bundle.spec }
    var process: SpecProcess? { bundle.spec.process }
    var hasNewUserNamespace: Bool { newNamespaces.contains(.user) }
    var isInUserNamespace: Bool { hasNewUserNamespace || joinedNamespaces.contains { $0.kind == .user } }
    var hasRuntimeHooks: Bool { !spec.hooks.prestart.isEmpty || !spec.hooks.createRuntime.isEmpty }

    func isOwn(_ kind: NamespaceKind) -> Bool {
        newNamespaces.contains(kind) || joinedNamespaces.contains { $0.kind == kind }
    }

    init(id: String, bundle: Bundle) throws(RuntimeError) {
        self.id = id
        self.bundle = bundle
        enclave = try EnclaveSelection(bundle.spec.annotations)
        try checkVersion()
        try planNamespaces()
        try planMounts()
        try planRootPropagation()
        try planCapabilities()
        try planLimits()
        try checkSysctls()
        try checkProcess()
    }

    private func checkVersion() throws(RuntimeError) {
        guard let version = spec.ociVersion else { return }
        guard version.hasPrefix("1.") else { throw RuntimeError("ociVersion: \"\(version)\" is not supported, only 1.x is") }
    }

    // MARK: The process

    private mutating func planCapabilities() throws(RuntimeError) {
        guard let wanted = process?.capabilities else { return }
        let held = try RuntimeError.wrap { try CapabilitySets.current() }.bounding
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
        for limit in process?.rlimits ?? [] {
            guard let resource = ResourceLimit.number(limit.type) else {
                throw RuntimeError("process.rlimits: \"\(limit.type)\" is not a resource limit")
            }
            guard !rlimits.contains(where: { $0.resource == resource }) else {
                throw RuntimeError("process.rlimits: \(limit.type) appears twice")
            }
            rlimits.append((resource, limit.soft, limit.hard))
        }
    }

    private func checkSysctls() throws(RuntimeError) {
        for (key, _) in spec.linux.sysctl {
            let owner: NamespaceKind
            if key.hasPrefix("net.") || key.hasPrefix("net/") {
                owner = .network
            } else if key.hasPrefix("fs.mqueue.") || Self.ipcSysctls.contains(key) {
                owner = .ipc
            } else if key == "kernel.domainname" || key == "kernel.hostname" {
                owner = .uts
            } else {
                throw RuntimeError("linux.sysctl: \(key) belongs to the whole machine, not to a container")
            }
            guard isOwn(owner) else { throw RuntimeError("linux.sysctl: \(key) needs a \(owner.rawValue) namespace") }
            guard !key.split(whereSeparator: { $0 == "." || $0 == "/" }).contains(".."), !key.contains("..") else {
                throw RuntimeError("linux.sysctl: \(key) is not a name")
            }
        }
    }

    private static let ipcSysctls: Set<String> = [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ]

    private func checkProcess() throws(RuntimeError) {
        guard let process else { return }
        guard !process.args.isEmpty else { throw RuntimeError("process.args: must not be empty") }
        guard process.cwd.hasPrefix("/") else { throw RuntimeError("process.cwd: must be absolute, not \"\(process.cwd)\"") }
        if let profile = process.apparmorProfile, !profile.isEmpty {
            throw RuntimeError("process.apparmorProfile: AppArmor is not supported")
        }
        if let label = process.selinuxLabel, !label.isEmpty {
            throw RuntimeError("process.selinuxLabel: SELinux is not supported")
        }
        if let score = process.oomScoreAdj, !(-1000...1000).contains(score) {
            throw RuntimeError("process.oomScoreAdj: \(score) is not between -1000 and 1000")
        }
        if spec.linux.seccomp != nil { throw RuntimeError("linux.seccomp: system-call filters are not supported") }
    }
}
