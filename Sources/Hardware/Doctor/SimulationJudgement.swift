/// What software SGX needs.
struct SimulationJudgement {
    private(set) var findings: [Finding] = []
    private(set) var runs = true

    init(_ facts: HostFacts) {
        judgeProcessor(facts.processor)
        judgeDispatch(facts.kernel)
        judgeLimits(facts.kernel)
        judgeRootKey(facts.simulation)
        judgeEPC(facts.simulation)
        judgeImage(facts)
    }

    private mutating func require(_ holds: Bool, _ id: String, good: String, missing: String, remedy: String) {
        findings.append(holds ? Finding(id, .good, good) : Finding(id, .missing, missing, remedy: remedy))
        runs = runs && holds
    }

    private mutating func judgeProcessor(_ processor: ProcessorFacts) {
        let lacking = [("XSAVE", processor.xsave), ("FSGSBASE", processor.fsgsbase)].filter { !$0.1 }.map(\.0)
        require(
            lacking.isEmpty, "software.cpu", good: "XSAVE and FSGSBASE",
            missing: "the processor or the kernel lacks \(lacking.joined(separator: " and "))",
            remedy: "processors since 2012 have both; FSGSBASE needs Linux 5.9 or later without 'nofsgsbase'")
        let slow = [("AES-NI", processor.aes), ("SHA extensions", processor.sha)].filter { !$0.1 }.map(\.0)
        guard !slow.isEmpty else { return findings.append(Finding("cpu.crypto", .good, "AES-NI and SHA extensions")) }
        findings.append(Finding("cpu.crypto", .warning, "no \(slow.joined(separator: ", no ")): files are verified slowly"))
    }

    private mutating func judgeDispatch(_ kernel: KernelFacts) {
        let form = kernel.syscallDispatch > 1 ? "for a named range" : "for all but a range"
        require(
            kernel.syscallDispatch > 0, "software.dispatch", good: "Syscall User Dispatch \(form)",
            missing: "no Syscall User Dispatch: system calls of enclaves could not be caught",
            remedy: "use Linux 5.11 or later (CONFIG_GENERIC_ENTRY); some sandboxes forbid prctl")
    }

    private mutating func judgeLimits(_ kernel: KernelFacts) {
        if let lowest = kernel.minimumAddress {
            require(
                lowest <= 65536, "software.mmap_min_addr", good: "vm.mmap_min_addr \(lowest)",
                missing: "vm.mmap_min_addr \(lowest): enclaves begin at address 0 and must be mapped from 65536 on",
                remedy: "sysctl vm.mmap_min_addr=65536")
        }
        guard let most = kernel.maximumMappings, most < 65530 else { return }
        findings.append(
            Finding(
                "software.max_map_count", .warning, "vm.max_map_count \(most): large enclaves with many rights may not fit",
                remedy: "sysctl vm.max_map_count=65530 or more"))
    }

    private mutating func judgeRootKey(_ simulation: SimulationFacts) {
        let path = simulation.rootKeyPath
        require(
            simulation.rootKey != .unusable, "software.key",
            good: simulation.rootKey == .there ? "root key \(path)" : "root key \(path) is made at the first start",
            missing: simulation.rootKeyProblem ?? "root key \(path) cannot be used",
            remedy: "run as root, or name a directory of your own in INCLAVARE_STATE")
    }

    private mutating func judgeEPC(_ simulation: SimulationFacts) {
        guard let total = simulation.epcTotalBytes else {
            let problem = simulation.epcProblem ?? "the account of EPC pages cannot be read"
            return findings.append(Finding("software.epc", .warning, problem))
        }
        let beyond = simulation.epcBeyondBytes.map { "\(Amount.text($0)) beyond" } ?? "memory is the limit beyond"
        let used = "used \(Amount.text(simulation.epcUsedBytes)) by \(simulation.epcProcesses) processes"
        findings.append(
            Finding(
                "software.epc", .information,
                "sgx_total_bytes \(total) (\(Amount.text(total))), \(used), free \(Amount.text(simulation.epcFreeBytes)); \(beyond)"
            ))
    }

    private mutating func judgeImage(_ facts: HostFacts) {
        if let image = facts.image { return findings.append(Finding("image", .good, "enclave.img at \(image)")) }
        findings.append(
            Finding(
                "image", .warning, facts.imageProblem ?? "no enclave.img",
                remedy: "make build, or give --image FILE where it is needed"))
    }
}
