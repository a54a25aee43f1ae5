/// Processor and firmware.
struct ProcessorJudgement {
    private(set) var findings: [Finding] = []
    private(set) var verdict: Verdict?

    init(_ facts: HostFacts) {
        let processor = facts.processor
        guard processor.sgx else {
            add(.processor, Self.withoutSGX(processor.vendor))
            return
        }
        findings.append(Finding("cpu.sgx", .good, "the processor has SGX (CPUID leaf 7)"))
        guard processor.sgx1, processor.largestEnclave > 0 else {
            add(.firmware, Self.emptyLeaf)
            return
        }
        findings.append(Finding("cpu.features", .good, Self.features(processor)))
        guard processor.epcBytes > 0 else {
            add(.firmware, Self.withoutEPC)
            return
        }
        findings.append(
            Finding("cpu.epc", .good, "EPC \(Amount.text(processor.epcBytes)) in \(processor.epcSections.count) sections (CPUID)"))
        judgeLaunch(facts)
    }

    private mutating func add(_ verdict: Verdict, _ finding: Finding) {
        findings.append(finding)
        self.verdict = self.verdict ?? verdict
    }

    private mutating func judgeLaunch(_ facts: HostFacts) {
        guard facts.processor.flexibleLaunch else {
            add(
                .processor,
                Finding(
                    "cpu.flc", .missing, "no flexible launch control: the kernel's driver refuses such processors",
                    remedy: "use a processor that has it (server processors since Ice Lake, many since Gemini Lake)"))
            return
        }
        findings.append(Finding("cpu.flc", .good, "flexible launch control"))
        judgeKernelView(facts)
    }

    /// What CPUID shows and /proc/cpuinfo does not, the kernel took back: IA32_FEATURE_CONTROL is not readable from here.
    private mutating func judgeKernelView(_ facts: HostFacts) {
        let kernel = facts.kernel
        guard facts.enclaveDevice.state == .absent, kernel.sgxConfigured == true, !kernel.switchedOff else { return }
        guard !kernel.reportsSGX || !kernel.reportsFlexibleLaunch else { return }
        let lost = kernel.reportsSGX ? "SGX launch control" : "SGX"
        add(
            .firmware,
            Finding(
                "firmware.sgx", .missing, "CPUID shows \(lost), /proc/cpuinfo does not: firmware locked it in IA32_FEATURE_CONTROL",
                remedy: "enable SGX and unlock its launch control in the firmware setup, then switch the machine off and on"))
    }

    private static func withoutSGX(_ vendor: String) -> Finding {
        guard vendor == "GenuineIntel" else {
            return Finding(
                "cpu.sgx", .missing, "the processor (\(vendor)) has no SGX, which only Intel makes",
                remedy: "use an Intel server processor with SGX; software SGX does for building and testing")
        }
        return Finding(
            "cpu.sgx", .missing, "the processor has no SGX, or it is hidden (CPUID leaf 7)",
            remedy:
                "enable SGX in the firmware setup; in a virtual machine give the guest SGX and EPC (QEMU: +sgx and a memory-backend-epc)"
        )
    }

    private static let emptyLeaf = Finding(
        "firmware.sgx", .missing, "CPUID leaf 7 shows SGX and leaf 0x12 is empty: firmware keeps it off",
        remedy: "set SGX to Enabled (not Software Controlled) in the firmware setup, then switch the machine off and on")

    private static let withoutEPC = Finding(
        "firmware.epc", .missing, "firmware set no EPC aside",
        remedy:
            "give SGX memory in the firmware setup (PRMRR size; on servers also: total memory encryption on, one DIMM in every first slot)"
    )

    private static func features(_ processor: ProcessorFacts) -> String {
        let features = [
            ("SGX1", processor.sgx1), ("SGX2", processor.sgx2), ("KSS", processor.kss), ("EXINFO", processor.exinfo),
            ("AEX-Notify", processor.aexNotify),
        ]
        return features.map { "\($0.0) \($0.1 ? "yes" : "no")" }.joined(separator: ", ")
            + ", enclaves to \(Amount.text(processor.largestEnclave))"
    }
}
