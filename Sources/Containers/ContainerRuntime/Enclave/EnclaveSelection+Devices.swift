import CLinux
import Glibc
import Linux
import OCI

extension EnclaveSelection {
    private static let kernelDevice = "/dev/sgx_enclave"
    /// The names that drivers gave it over time; a machine has one of them.
    private static let knownDevices = [kernelDevice, "/dev/sgx/enclave", "/dev/isgx"]
    private static let provisioning = "/dev/sgx_provision"
    private static let serviceFolder = "/var/run/aesmd"

    /// Adds what the enclave needs of the host to a container's configuration, and nothing else.
    ///
    /// The LibOS' host half opens the device before it enters the container: it needs leave to use that one number, and no file. A library
    /// opens what it needs by itself.
    func adapt(_ spec: inout Spec) throws(RuntimeError) {
        guard let library = runtime.library else {
            if let device = Self.found(Self.kernelDevice) { Self.allow(device, &spec) }
            return
        }
        for path in try devicePaths() {
            guard let device = Self.found(path) else {
                throw RuntimeError("the enclave runtime \(name) (\(library)) needs the device \(path), which is not there")
            }
            Self.allow(device, &spec)
            if !spec.linux.devices.contains(where: { $0.path == path }) { spec.linux.devices.append(device) }
        }
        if runtime.usesAESM { addService(&spec) }
    }

    private func devicePaths() throws(RuntimeError) -> [String] {
        let enclave = runtime.devices ?? Self.knownDevices.first { Self.found($0) != nil }.map { [$0] } ?? []
        return enclave + (runtime.provisions && !enclave.contains(Self.provisioning) ? [Self.provisioning] : [])
    }

    /// The device a path of the host leads to, links followed; it keeps the path it was asked for by.
    private static func found(_ path: String) -> SpecLinux.Device? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFCHR else { return nil }
        return SpecLinux.Device(
            path: path, type: "c", major: cl_device_major(status.st_rdev),
            minor: cl_device_minor(status.st_rdev))
    }

    /// Where the configuration restricts devices, this number is let through; where it does not, there is nothing to add.
    private static func allow(_ device: SpecLinux.Device, _ spec: inout Spec) {
        guard spec.linux.resources?.devices.isEmpty == false else { return }
        spec.linux.resources?.devices.append(SpecResources.DeviceRule(allowing: device))
    }

    /// The service's folder rather than its socket: the service makes that anew when it starts again.
    private func addService(_ spec: inout Spec) {
        guard access(Self.serviceFolder, F_OK) == 0, !spec.mounts.contains(where: { $0.destination.hasSuffix("/run/aesmd") }) else {
            return
        }
        spec.mounts.append(
            SpecMount(
                destination: Self.serviceFolder, type: "bind", source: Self.serviceFolder,
                options: ["bind", "private", "nosuid", "nodev", "noexec"]))
    }
}
