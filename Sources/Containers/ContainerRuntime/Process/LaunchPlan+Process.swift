import OCI

extension LaunchPlan {
    mutating func planProcess() throws(RuntimeError) {
        guard let process else { return }
        let planned = try ProcessPlan(process, personality: spec.linux.personality, isInUserNamespace: isInUserNamespace)
        warnings += planned.warnings
        processPlan = planned
    }

    /// Compiled while the host's rights are there, so that the container's process has only to load it.
    func seccompProgram(_ log: RuntimeLog) throws(RuntimeError) -> SeccompProgram? {
        guard let seccomp = spec.linux.seccomp, process != nil else { return nil }
        return try SeccompCompiler.compile(seccomp, log: log)
    }
}
