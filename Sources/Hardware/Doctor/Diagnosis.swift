/// The judgement of a machine's facts: a line for each, the verdict on its hardware, and whether software SGX runs.
package struct Diagnosis: Equatable, Sendable {
    package let findings: [Finding]
    /// Never `.simulationOnly`.
    package let hardware: Verdict
    package let simulationRuns: Bool

    package init(_ facts: HostFacts) {
        let (processor, kernel, quoting, simulation) = (
            ProcessorJudgement(facts), KernelJudgement(facts), QuotingJudgement(facts), SimulationJudgement(facts)
        )
        let preloaded = facts.isPreloaded ? [Self.preloaded] : []
        findings = preloaded + processor.findings + kernel.findings + quoting.findings + simulation.findings
        hardware = facts.isPreloaded ? .processor : processor.verdict ?? kernel.verdict ?? quoting.verdict ?? .ready
        simulationRuns = simulation.runs
    }

    private static let preloaded = Finding(
        "software.preload", .missing, "this process runs under sgx-run: the SGX it finds is SIMULATED, whatever follows says",
        remedy: "run inclavare doctor by itself to learn of the machine")

    /// Hardware that runs enclaves, even without quotes, is not "simulation only".
    package var verdict: Verdict {
        let enclavesRun = hardware == .ready || hardware == .quoting
        return simulationRuns && !enclavesRun ? .simulationOnly : hardware
    }

    /// One sentence for people.
    package var summary: String {
        let reason =
            switch hardware {
            case .ready: "enclaves run in hardware and can be quoted"
            case .processor: "the processor has no SGX that can be used"
            case .firmware: "the processor has SGX, firmware keeps it off"
            case .driver: "the processor has SGX, the kernel's driver is missing or cannot be used"
            case .quoting: "enclaves run in hardware, nothing makes quotes for them"
            case .simulationOnly: ""
            }
        guard verdict == .simulationOnly else {
            return simulationRuns || hardware == .ready ? reason : reason + "; no software SGX either"
        }
        return "software SGX only (SIMULATED, not confidential): \(reason)"
    }
}
