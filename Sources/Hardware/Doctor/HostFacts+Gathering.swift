import CLinux
import CSoftSGX
import Glibc
import Linux
import SoftSGX

extension HostFacts {
    /// What cannot be found in files.
    package struct Probes: Sendable {
        package var cpuid: ProcessorFacts.CPUID
        package var vdsoEntry: Bool
        package var syscallDispatch: Int
        package var fsgsbase: Bool
        package var preloaded: Bool

        package init(
            cpuid: @escaping ProcessorFacts.CPUID, vdsoEntry: Bool, syscallDispatch: Int, fsgsbase: Bool,
            preloaded: Bool = false
        ) {
            self.cpuid = cpuid
            self.vdsoEntry = vdsoEntry
            self.syscallDispatch = syscallDispatch
            self.fsgsbase = fsgsbase
            self.preloaded = preloaded
        }

        /// Of the machine this runs on.
        package static var live: Probes {
            Probes(
                cpuid: { leaf, subleaf in
                    var registers: [UInt32] = [0, 0, 0, 0]
                    cl_cpuid(leaf, subleaf, &registers)
                    return registers
                }, vdsoEntry: cl_sgx_find_vdso() != 0, syscallDispatch: Int(cl_syscall_dispatch_forms()),
                fsgsbase: softsgx_have_fsgsbase() != 0, preloaded: cl_sgx_is_simulated() != 0)
        }
    }

    /// Looks, and starts and changes nothing.
    ///
    /// `root` is where /proc, /sys, /dev and the like are looked for; `state` as everywhere.
    package static func gather(root: String = "", probes: Probes = .live, state: String? = nil) -> HostFacts {
        let tree = HostTree(root: root)
        var facts = HostFacts()
        facts.processor = ProcessorFacts(cpuid: probes.cpuid)
        // CPUID tells of the instructions; only the kernel can permit them.
        facts.processor.fsgsbase = facts.processor.fsgsbase && probes.fsgsbase
        facts.kernel = tree.kernel()
        (facts.kernel.vdsoEntry, facts.kernel.syscallDispatch) = (probes.vdsoEntry, probes.syscallDispatch)
        facts.enclaveDevice = tree.device(enclavePath)
        facts.provisionDevice = tree.device(provisionPath)
        facts.oldDevices = tree.oldDevices(besides: facts.enclaveDevice)
        facts.epcNodes = tree.epcNodes()
        facts.cgroupEPC = tree.cgroupEPC()
        facts.isPreloaded = probes.preloaded
        facts.aesm = tree.socket(aesmPath)
        if facts.aesm == .listening { facts.quotes = QuoteMaker(asking: root + aesmPath) }
        if facts.quotes == .simulated { facts.quoted = .listening }
        facts.simulation = SimulationFacts(state: state.map { root + $0 } ?? root + MachineRootKey.stateDirectory(nil))
        return facts
    }
}

extension SimulationFacts {
    init(state: String) {
        rootKeyPath = state + "/softsgx/root.key"
        (rootKey, rootKeyProblem) = Self.judge(rootKeyPath)
        do throws(SoftSGXError) {
            let usage = try EPCUsage.read(state: state)
            (epcTotalBytes, epcUsedBytes, epcFreeBytes) = (usage.totalBytes, usage.usedBytes, usage.freeBytes)
            (epcProcesses, epcBeyondBytes) = (usage.processes, usage.beyondBytes)
        } catch {
            epcProblem = error.description
        }
    }

    /// A key that is missing can be made where its nearest directory can be written.
    private static func judge(_ path: String) -> (RootKey, String?) {
        if access(path, R_OK) == 0 { return (.there, nil) }
        if errno != ENOENT { return (.unusable, "root key \(path): \(SystemCallError.reason(errno))") }
        var directory = path[...]
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            let name = directory.isEmpty ? "/" : String(directory)
            if access(name, W_OK | X_OK) == 0 { return (.madeAtFirstStart, nil) }
            guard errno == ENOENT else {
                return (.unusable, "root key \(path) cannot be made: \(name): \(SystemCallError.reason(errno))")
            }
        }
        return (.unusable, nil)
    }
}
