import OCI

extension LaunchPlan {
    mutating func planProcess() throws(RuntimeError) {
        guard let process else { return }
        let planned = try ProcessPlan(process, personality: spec.linux.personality, isInUserNamespace: isInUserNamespace)
        warnings += planned.warnings
        if enclave != nil, let label = planned.label {
            warnings.append(
                "process.\(label.module.member): not applied, for it takes effect at an exec, and an enclave is entered without one"
            )
        }
        processPlan = planned
    }

    /// Compiled while the host's rights are there, so that the container's process has only to load it.
    func seccompProgram(root: String, _ log: RuntimeLog) throws(RuntimeError) -> SeccompProgram? {
        guard let seccomp = spec.linux.seccomp, process != nil else { return nil }
        let cache = spec.source["linux"]?["seccomp"].map { SeccompCache(root: root, source: $0) }
        return try SeccompCompiler.compile(seccomp, cache: cache, log: log)
    }
}
