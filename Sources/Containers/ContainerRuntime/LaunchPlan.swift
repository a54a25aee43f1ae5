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

    struct PlannedMount: Sendable {
        let mount: SpecMount
        let options: MountOptions
        var isBind: Bool { options.isBind || mount.type == "bind" }
        var isCgroup: Bool { !isBind && (mount.type == "cgroup" || mount.type == "cgroup2") }
    }

    init(id: String, bundle: Bundle) throws(RuntimeError) {
        self.id = id
        self.bundle = bundle
        enclave = try EnclaveSelection(bundle.spec.annotations)
        try checkVersion()
        try checkUnsupported()
        try planNamespaces()
        try planMounts()
        try planRootPropagation()
        try planCapabilities()
        try planLimits()
        try checkSysctls()
        try checkProcess()
        try checkDevices()
    }

    private func checkVersion() throws(RuntimeError) {
        guard let version = spec.ociVersion else { return }
        guard version.hasPrefix("1.") else { throw RuntimeError("ociVersion: \"\(version)\" is not supported, only 1.x is") }
    }

    // MARK: Namespaces

    private mutating func planNamespaces() throws(RuntimeError) {
        for namespace in spec.linux.namespaces {
            guard let kind = NamespaceKind(rawValue: namespace.type) else {
                throw RuntimeError("linux.namespaces: \"\(namespace.type)\" is not a kind of namespace")
            }
            guard !isOwn(kind) else { throw RuntimeError("linux.namespaces: \(kind.rawValue) appears twice") }
            if let path = namespace.path, !path.isEmpty {
                guard path.hasPrefix("/") else { throw RuntimeError("linux.namespaces: the path \(path) is not absolute") }
                joinedNamespaces.append((kind, path))
            } else {
                newNamespaces.append(kind)
            }
        }
        guard isOwn(.mount) else {
            throw RuntimeError("linux.namespaces: a container without a mount namespace of its own is not supported")
        }
        if spec.hostname != nil, !isOwn(.uts) { throw RuntimeError("hostname: needs a uts namespace") }
        if spec.domainname != nil, !isOwn(.uts) { throw RuntimeError("domainname: needs a uts namespace") }
        try checkMappings()
    }

    private mutating func checkMappings() throws(RuntimeError) {
        let isMapped = !spec.linux.uidMappings.isEmpty || !spec.linux.gidMappings.isEmpty
        if hasNewUserNamespace {
            guard !spec.linux.uidMappings.isEmpty, !spec.linux.gidMappings.isEmpty else {
                throw RuntimeError("linux.uidMappings, linux.gidMappings: a new user namespace needs both")
            }
        } else if isMapped, !isInUserNamespace {
            warnings.append("linux.uidMappings and gidMappings are ignored: there is no user namespace")
        }
    }

    // MARK: Mounts

    private mutating func planMounts() throws(RuntimeError) {
        for mount in spec.mounts {
            if !mount.destination.hasPrefix("/") {
                warnings.append("the mount destination \(mount.destination) is not absolute: taken from the root")
            }
            let options = try RuntimeError.wrap("the mount \(mount.destination)") { try MountOptions(mount.options) }
            if options.copiesUp { warnings.append("the mount \(mount.destination): tmpcopyup is ignored") }
            let planned = PlannedMount(mount: mount, options: options)
            if !planned.isBind, mount.type.isEmpty { throw RuntimeError("the mount \(mount.destination) has no type") }
            mounts.append(planned)
        }
    }

    private mutating func planRootPropagation() throws(RuntimeError) {
        guard let name = spec.linux.rootfsPropagation, !name.isEmpty else { return }
        guard let propagation = try MountOptions([name]).propagations.first else {
            throw RuntimeError("linux.rootfsPropagation: \"\(name)\" is not a kind of propagation")
        }
        rootPropagation = propagation
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

    private func checkDevices() throws(RuntimeError) {
        for device in spec.linux.devices {
            guard ["c", "u", "b", "p"].contains(device.type) else {
                throw RuntimeError("linux.devices: \(device.path) has the unknown type \"\(device.type)\"")
            }
        }
    }
}
