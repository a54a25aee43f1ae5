import CLinux
import EnclaveBuild
import EnclaveHost
import Glibc
import SoftSGX

/// What `doctor` finds out: nothing is started or changed.
struct DoctorReport: Encodable {
    let device: String
    let kernelDevice: String
    let processor: Bool
    let sgx1: Bool
    let sgx2: Bool
    let kss: Bool
    let flexibleLaunch: Bool
    let epcBytes: UInt64
    let provisionDevice: String
    let softwareDevice: String
    let image: String

    init() {
        let features = SGXFeatures()
        let obstacle = KernelDevice.obstacle
        device = obstacle == nil ? "kernel driver" : "software SGX (SIMULATED, not confidential)"
        kernelDevice = obstacle.map { "not usable: \($0)" } ?? "\(KernelDevice.path) is usable"
        processor = features.isPresent
        sgx1 = features.sgx1
        sgx2 = features.sgx2
        kss = features.kss
        flexibleLaunch = features.flexibleLaunch
        epcBytes = features.epcBytes
        let provision = "/dev/sgx_provision"
        provisionDevice =
            access(provision, R_OK) == 0 ? "\(provision) is usable" : "\(provision): \(String(cString: strerror(errno)))"
        softwareDevice = Self.software()
        do { image = try ImageLocation.path(nil) } catch { image = error.description }
    }

    private static func software() -> String {
        let state = MachineRootKey.stateDirectory(nil)
        let key = "\(state)/softsgx/root.key"
        if access(key, R_OK) == 0 { return "usable, root key \(key)" }
        guard access(key, F_OK) != 0 else { return "not usable: \(key): \(String(cString: strerror(errno)))" }
        return "usable, root key \(key) is made at the first start"
    }

    var text: [(String, String)] {
        [
            ("device", device), ("kernel driver", kernelDevice),
            ("processor", processor ? "has SGX" : "has no SGX, or firmware switched it off (CPUID leaf 7)"),
            ("features", "SGX1 \(yes(sgx1)), SGX2 \(yes(sgx2)), KSS \(yes(kss)), flexible launch control \(yes(flexibleLaunch))"),
            ("EPC", epcBytes == 0 ? "none" : "\(epcBytes >> 20) MiB"), ("provisioning", provisionDevice),
            ("software SGX", softwareDevice), ("enclave.img", image),
        ]
    }

    private func yes(_ value: Bool) -> String { value ? "yes" : "no" }
}
