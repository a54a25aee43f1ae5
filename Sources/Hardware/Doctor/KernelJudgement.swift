/// The kernel's driver, its devices and who may use them.
struct KernelJudgement {
    private(set) var findings: [Finding] = []
    private(set) var verdict: Verdict?

    init(_ facts: HostFacts) {
        judgeVersion(facts.kernel)
        judgeConfiguration(facts.kernel)
        judgeEnclaveDevice(facts)
        judgeProvisioning(facts.provisionDevice, facts.enclaveDevice)
        judgeEntry(facts.kernel)
        judgeMemory(facts)
    }

    private mutating func require(_ holds: Bool, _ id: String, good: String, missing: String, remedy: String) {
        findings.append(holds ? Finding(id, .good, good) : Finding(id, .missing, missing, remedy: remedy))
        if !holds { verdict = .driver }
    }

    private mutating func judgeVersion(_ kernel: KernelFacts) {
        require(
            !kernel.isOlder(than: 5, 11), "kernel.version", good: "Linux \(kernel.release)",
            missing: "Linux \(kernel.release) has no SGX driver", remedy: "use Linux 5.11 or later; 6.0 or later for SGX2")
        if !kernel.isOlder(than: 5, 11), kernel.isOlder(than: 6, 0) {
            findings.append(
                Finding(
                    "kernel.sgx2", .warning, "Linux \(kernel.release) has no SGX2 ioctls: enclaves cannot grow",
                    remedy: "use Linux 6.0 or later"))
        }
    }

    private mutating func judgeConfiguration(_ kernel: KernelFacts) {
        if kernel.switchedOff {
            require(
                false, "kernel.config", good: "", missing: "'nosgx' is on the kernel's command line",
                remedy: "remove it from the boot loader's configuration and restart")
            return
        }
        guard let configured = kernel.sgxConfigured else {
            findings.append(
                Finding("kernel.config", .information, "neither /boot/config-\(kernel.release) nor /proc/config.gz can be read"))
            return
        }
        let source = kernel.configuration ?? ""
        require(
            configured, "kernel.config", good: "CONFIG_X86_SGX=y (\(source))", missing: "CONFIG_X86_SGX is not set (\(source))",
            remedy: "use a kernel that has it: those of Debian 12, Ubuntu 22.04 and RHEL 9 do")
    }

    private mutating func judgeEnclaveDevice(_ facts: HostFacts) {
        let (device, path) = (facts.enclaveDevice, facts.enclaveDevice.path)
        switch device.state {
        case .usable: require(true, "device.enclave", good: "\(path) is usable", missing: "", remedy: "")
        case .forbidden:
            require(
                false, "device.enclave", good: "", missing: "\(path) is there, this user may not open it (\(Self.owner(device)))",
                remedy: Self.joining(device, or: "chmod 666 \(path), which is what most distributions ship"))
        case .strange:
            require(
                false, "device.enclave", good: "", missing: "\(path) is no device",
                remedy: "remove it and restart; the kernel makes the device")
        case .absent where facts.oldDevices.contains { $0.state != .absent }:
            let names = facts.oldDevices.filter { $0.state != .absent }.map(\.path).joined(separator: " and ")
            require(
                false, "device.enclave", good: "",
                missing: "\(path) is missing; \(names) belongs to a driver from before Linux 5.11",
                remedy: "use the kernel's own driver: Linux 5.11 or later, without the out-of-tree module")
        case .absent:
            require(
                false, "device.enclave", good: "", missing: "\(path) is missing",
                remedy:
                    "see the lines on processor, firmware and kernel; 'dmesg | grep -i sgx' has the kernel's reason; in a container pass --device \(path)"
            )
        }
    }

    private mutating func judgeProvisioning(_ device: DeviceFacts, _ enclave: DeviceFacts) {
        guard enclave.state != .absent else { return }
        if device.state == .usable { return findings.append(Finding("device.provision", .good, "\(device.path) is usable")) }
        let says =
            device.state == .forbidden
            ? "this user may not open \(device.path) (\(Self.owner(device)))" : "\(device.path) is missing"
        let remedy =
            device.state == .forbidden
            ? Self.joining(device, or: "let aesmd, which may, make quotes") : "in a container pass --device \(device.path)"
        findings.append(
            Finding("device.provision", .warning, says + ": quotes made in this process need it, enclaves do not", remedy: remedy))
    }

    private mutating func judgeEntry(_ kernel: KernelFacts) {
        guard verdict == nil else { return }
        require(
            kernel.vdsoEntry, "kernel.vdso", good: "the vDSO has __vdso_sgx_enter_enclave",
            missing: "the kernel's vDSO has no __vdso_sgx_enter_enclave",
            remedy: "do not start the kernel with vdso=0; Linux 5.11 or later has it")
    }

    private mutating func judgeMemory(_ facts: HostFacts) {
        if !facts.epcNodes.isEmpty {
            let nodes = facts.epcNodes.map { "node \($0.number): \(Amount.text($0.bytes))" }.joined(separator: ", ")
            findings.append(Finding("epc.nodes", .good, "EPC \(nodes) (sgx_total_bytes)"))
        }
        guard facts.processor.epcBytes > 0 else { return }
        if let limit = facts.cgroupEPC {
            findings.append(Finding("cgroup.epc", .good, "the misc cgroup controller counts sgx_epc: \(Amount.text(limit))"))
        } else {
            findings.append(
                Finding(
                    "cgroup.epc", .information, "no cgroup controller counts EPC: one container can use it up",
                    remedy: "a kernel whose misc.capacity lists sgx_epc can limit it"))
        }
    }

    private static func owner(_ device: DeviceFacts) -> String {
        "mode \(String(device.mode, radix: 8)), group \(device.group ?? "unknown")"
    }

    private static func joining(_ device: DeviceFacts, or other: String) -> String {
        guard let group = device.group, group != "root" else { return other }
        return "add the user to the group \(group) (usermod -aG \(group) USER, then log in again), or \(other)"
    }
}
