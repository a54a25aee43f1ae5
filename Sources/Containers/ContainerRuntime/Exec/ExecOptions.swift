import OCI

/// What the command line of `exec` says.
package struct ExecOptions: Sendable {
    package var id = ""
    /// A file with the specification's `process` object; nothing else is asked of the command line then.
    package var processFile: String?
    package var arguments: [String] = []
    package var detaches = false
    package var pidFile: String?
    package var consoleSocket: String?
    package var pidfdSocket: String?
    /// `nil`: as the container's first process.
    package var hasTerminal: Bool?
    package var preservedDescriptors: UInt32 = 0
    package var user: (uid: UInt32, gid: UInt32?)?
    package var additionalGroups: [UInt32] = []
    package var workingDirectory: String?
    package var environment: [String] = []
    package var capabilities: [String] = []
    package var noNewPrivileges = false
    package var processLabel: String?
    package var appArmorProfile: String?
    package var ignoresPause = false
    /// `[controller:]path`, below the container's own.
    package var cgroups: [String] = []

    package init() {}

    /// What the container's first process was given, with what the command line says otherwise.
    func applied(to base: SpecProcess) -> SpecProcess {
        var process = base
        process.args = arguments
        if let hasTerminal { process.terminal = hasTerminal }
        if let user {
            process.user.uid = user.uid
            if let gid = user.gid { process.user.gid = gid }
        }
        process.user.additionalGids += additionalGroups
        if let workingDirectory { process.cwd = workingDirectory }
        process.env += environment
        if !capabilities.isEmpty {
            var sets = process.capabilities ?? SpecProcess.Capabilities()
            sets.bounding += capabilities
            sets.effective += capabilities
            sets.permitted += capabilities
            process.capabilities = sets
        }
        if noNewPrivileges { process.noNewPrivileges = true }
        if let processLabel { process.selinuxLabel = processLabel }
        if let appArmorProfile { process.apparmorProfile = appArmorProfile }
        return process
    }
}

extension SpecProcess {
    /// Takes what was not given from the container's first process, as callers of runc and crun expect it.
    mutating func inheritRights(of first: SpecProcess) {
        capabilities = capabilities ?? first.capabilities
        if rlimits.isEmpty { rlimits = first.rlimits }
        apparmorProfile = apparmorProfile ?? first.apparmorProfile
        selinuxLabel = selinuxLabel ?? first.selinuxLabel
    }
}
