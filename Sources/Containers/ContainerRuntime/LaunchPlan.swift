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
    /// `nil`: the configuration has no process; the container can be created, and no more.
    var processPlan: ProcessPlan?
    var rootPropagation: MountOptions.Propagation?
    /// The SELinux context of files in filesystems that are mounted for the container alone.
    var mountLabel: String?
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
        (self.bundle, enclave, warnings) = try EnclaveSelection.choose(bundle)
        try checkVersion()
        try checkUnsupported()
        try planNamespaces()
        try planMounts()
        try planRootPropagation()
        planMountLabel()
        try planProcess()
        try checkSysctls()
    }

    private func checkVersion() throws(RuntimeError) {
        guard let version = spec.ociVersion else { return }
        guard version.hasPrefix("1.") else { throw RuntimeError("ociVersion: \"\(version)\" is not supported, only 1.x is") }
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
            guard isOwn(owner), !isHosts(owner) else {
                throw RuntimeError("linux.sysctl: \(key) needs a \(owner.rawValue) namespace of the container's")
            }
            guard KernelParameters.isName(key) else { throw RuntimeError("linux.sysctl: \(key) is not a name") }
        }
    }

    /// Whether the namespace that is given by its path is the one `rune` itself is in.
    private func isHosts(_ kind: NamespaceKind) -> Bool {
        guard let path = joinedNamespaces.first(where: { $0.kind == kind })?.path else { return false }
        var (joined, own) = (stat(), stat())
        guard stat(path, &joined) == 0, stat("/proc/self/ns/\(kind.fileName)", &own) == 0 else { return false }
        return joined.st_ino == own.st_ino && joined.st_dev == own.st_dev
    }

    private static let ipcSysctls: Set<String> = [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ]
}
