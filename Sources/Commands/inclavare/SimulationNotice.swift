import EnclaveHost

/// What is said once, before anything runs in an enclave that protects nothing.
enum SimulationNotice {
    static func show(for device: any EnclaveDevice) {
        guard device.isSimulated else { return }
        let place = device is KernelDevice ? " behind \(KernelDevice.path)" : ""
        StandardError.write("SIMULATED: software SGX\(place), nothing here is confidential")
    }
}
