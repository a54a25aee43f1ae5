import Testing

@testable import Doctor

/// Machines that are not at hand, judged from their facts.
@Suite("Diagnosis")
struct DiagnosisTests {
    struct Machine: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var verdict: Verdict
        var hardware: Verdict
        /// The finding that says why, where something is missing.
        var reason: String?
        var facts: HostFacts

        init(
            _ description: String, _ verdict: Verdict, hardware: Verdict? = nil, because reason: String? = nil,
            _ change: (inout HostFacts) -> Void = { _ in }
        ) {
            testDescription = description
            self.verdict = verdict
            self.hardware = hardware ?? verdict
            self.reason = reason
            facts = Machine.ready
            change(&facts)
        }

        /// A server with everything.
        static let ready: HostFacts = {
            var facts = HostFacts()
            facts.processor.vendor = "GenuineIntel"
            facts.processor.epcSections = [64 << 30, 64 << 30]
            facts.processor.largestEnclave = 1 << 56
            for bit: WritableKeyPath<ProcessorFacts, Bool> in [
                \.sgx, \.flexibleLaunch, \.sgx1, \.sgx2, \.kss, \.exinfo, \.aes, \.sha, \.xsave, \.fsgsbase,
            ] { facts.processor[keyPath: bit] = true }
            facts.kernel.release = "6.1.0-28-amd64"
            (facts.kernel.sgxConfigured, facts.kernel.configuration) = (true, "/boot/config-6.1.0-28-amd64")
            (facts.kernel.reportsSGX, facts.kernel.reportsFlexibleLaunch) = (true, true)
            (facts.kernel.vdsoEntry, facts.kernel.syscallDispatch) = (true, 1)
            (facts.kernel.minimumAddress, facts.kernel.maximumMappings) = (65536, 65530)
            facts.enclaveDevice.state = .usable
            facts.provisionDevice.state = .usable
            facts.epcNodes = [.init(number: 0, bytes: 64 << 30), .init(number: 1, bytes: 64 << 30)]
            (facts.aesm, facts.quotes) = (.listening, .intel)
            facts.simulation.rootKey = .there
            facts.simulation.epcTotalBytes = 128 << 20
            facts.image = "/usr/lib/inclavare/enclave.img"
            return facts
        }()

        static func withoutSimulation(_ facts: inout HostFacts) { facts.kernel.syscallDispatch = 0 }
    }

    static let machines: [Machine] = [
        Machine("a server with everything", .ready),
        Machine("what looks like one under sgx-run", .simulationOnly, hardware: .processor, because: "software.preload") {
            $0.isPreloaded = true
        },
        Machine("an AMD processor", .simulationOnly, hardware: .processor, because: "cpu.sgx") {
            $0.processor = ProcessorFacts()
            $0.processor.vendor = "AuthenticAMD"
            ($0.processor.xsave, $0.processor.fsgsbase) = (true, true)
            $0.enclaveDevice.state = .absent
        },
        Machine("an AMD processor in a sandbox without prctl", .processor, because: "software.dispatch") {
            $0.processor.sgx = false
            Machine.withoutSimulation(&$0)
        },
        Machine("leaf 0x12 empty", .simulationOnly, hardware: .firmware, because: "firmware.sgx") {
            ($0.processor.sgx1, $0.processor.largestEnclave, $0.processor.epcSections) = (false, 0, [])
            $0.enclaveDevice.state = .absent
        },
        Machine("no EPC set aside", .simulationOnly, hardware: .firmware, because: "firmware.epc") {
            $0.processor.epcSections = []
        },
        Machine("IA32_FEATURE_CONTROL locked without SGX", .simulationOnly, hardware: .firmware, because: "firmware.sgx") {
            ($0.kernel.reportsSGX, $0.kernel.reportsFlexibleLaunch) = (false, false)
            $0.enclaveDevice.state = .absent
        },
        Machine("launch control locked", .simulationOnly, hardware: .firmware, because: "firmware.sgx") {
            $0.kernel.reportsFlexibleLaunch = false
            $0.enclaveDevice.state = .absent
        },
        Machine("a client without flexible launch control", .simulationOnly, hardware: .processor, because: "cpu.flc") {
            $0.processor.flexibleLaunch = false
            $0.enclaveDevice.state = .absent
        },
        Machine("Linux 5.10", .simulationOnly, hardware: .driver, because: "kernel.version") {
            $0.kernel.release = "5.10.0-32-amd64"
            ($0.kernel.sgxConfigured, $0.kernel.reportsSGX, $0.kernel.vdsoEntry) = (nil, false, false)
            $0.enclaveDevice.state = .absent
        },
        Machine("a kernel without CONFIG_X86_SGX", .simulationOnly, hardware: .driver, because: "kernel.config") {
            ($0.kernel.sgxConfigured, $0.kernel.reportsSGX) = (false, false)
            $0.enclaveDevice.state = .absent
        },
        Machine("nosgx", .simulationOnly, hardware: .driver, because: "kernel.config") {
            ($0.kernel.switchedOff, $0.kernel.reportsSGX) = (true, false)
            $0.enclaveDevice.state = .absent
        },
        Machine("the out-of-tree driver", .simulationOnly, hardware: .driver, because: "device.enclave") {
            $0.enclaveDevice.state = .absent
            $0.oldDevices = [DeviceFacts("/dev/isgx", .usable)]
        },
        Machine("no device in this container", .simulationOnly, hardware: .driver, because: "device.enclave") {
            $0.enclaveDevice.state = .absent
        },
        Machine("a user outside the group", .simulationOnly, hardware: .driver, because: "device.enclave") {
            $0.enclaveDevice.state = .forbidden
            ($0.enclaveDevice.mode, $0.enclaveDevice.group) = (0o660, "sgx")
        },
        Machine("vdso=0", .simulationOnly, hardware: .driver, because: "kernel.vdso") { $0.kernel.vdsoEntry = false },
        Machine("no aesmd", .quoting, because: "quoting.aesm") { ($0.aesm, $0.quotes) = (.absent, nil) },
        Machine("aesmd ended", .quoting, because: "quoting.aesm") { ($0.aesm, $0.quotes) = (.dead, nil) },
        Machine("simulated quotes where aesmd's were expected", .quoting, because: "quoting.aesm") { $0.quotes = .simulated },
        Machine("something dumb at aesmd's socket", .quoting, because: "quoting.aesm") { $0.quotes = .unknown },
        Machine("hardware, and no software SGX", .ready, because: "software.key") { $0.simulation.rootKey = .unusable },
        Machine("no provisioning", .ready) { $0.provisionDevice.state = .forbidden },
        Machine("nothing at all", .driver, because: "software.mmap_min_addr") {
            $0.enclaveDevice.state = .absent
            $0.kernel.minimumAddress = 1 << 20
        },
    ]

    @Test("Every machine gets its verdict and the line that says why", arguments: machines)
    func verdict(machine: Machine) throws {
        let diagnosis = Diagnosis(machine.facts)
        #expect(diagnosis.verdict == machine.verdict)
        #expect(diagnosis.hardware == machine.hardware)
        let missing = diagnosis.findings.filter { $0.state == .missing }
        guard let reason = machine.reason else {
            #expect(missing.isEmpty, "\(missing)")
            return
        }
        #expect(missing.contains { $0.id == reason }, "\(missing)")
        for finding in missing { #expect(finding.remedy?.isEmpty == false, "\(finding.id) says what to do") }
    }

    @Test("Every line is one line, and no two have one name", arguments: machines)
    func lines(machine: Machine) {
        let findings = Diagnosis(machine.facts).findings
        #expect(Set(findings.map(\.id)).count == findings.count)
        #expect(findings.allSatisfy { !($0.says + ($0.remedy ?? "")).contains("\n") && !$0.says.isEmpty })
    }

    @Test("The exit codes are those of is-sgx-available, and 10")
    func codes() {
        #expect(Verdict.allCases.map(\.exitCode) == [0, 1, 2, 3, 4, 10])
    }

    @Test("The group that may use a device is named, when it is one to join")
    func groups() {
        func remedy(_ group: String) -> String? {
            var facts = Machine.ready
            facts.enclaveDevice = DeviceFacts(HostFacts.enclavePath, .forbidden)
            facts.enclaveDevice.group = group
            return Diagnosis(facts).findings.first { $0.id == "device.enclave" }?.remedy
        }
        #expect(remedy("sgx")?.contains("usermod -aG sgx") == true)
        #expect(remedy("root")?.contains("usermod") == false)
    }
}
