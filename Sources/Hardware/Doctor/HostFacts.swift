/// Everything the diagnosis of a machine is made from, and nothing else: the judgement is a function of this value.
package struct HostFacts: Equatable, Sendable, Encodable {
    /// One NUMA node's EPC.
    package struct Node: Equatable, Sendable, Encodable {
        package var number: Int
        package var bytes: UInt64

        package init(number: Int, bytes: UInt64) {
            self.number = number
            self.bytes = bytes
        }
    }

    package var processor = ProcessorFacts()
    package var kernel = KernelFacts()
    package var enclaveDevice = DeviceFacts(Self.enclavePath, .absent)
    package var provisionDevice = DeviceFacts(Self.provisionPath, .absent)
    /// /dev/isgx and /dev/sgx, where they are no links to the kernel's own.
    package var oldDevices: [DeviceFacts] = []
    /// From sysfs.
    package var epcNodes: [Node] = []
    /// `sgx_epc` of misc.capacity, in bytes; nil where the controller does not count it.
    package var cgroupEPC: UInt64?
    package var aesm = SocketState.absent
    /// Whose quotes the service at AESM's socket makes; nil: nothing answers there.
    package var quotes: QuoteMaker?
    /// The service of the software SGX, where it is that which answers.
    package var quoted = SocketState.absent
    package var simulation = SimulationFacts()
    /// Devices, vDSO and CPUID are those of the preloaded software SGX.
    package var isPreloaded = false
    /// Where the LibOS image lies; nil: nowhere.
    package var image: String?
    package var imageProblem: String?

    package static let enclavePath = "/dev/sgx_enclave"
    package static let provisionPath = "/dev/sgx_provision"
    package static let aesmPath = "/var/run/aesmd/aesm.socket"

    package init() {}
}
