import EnclaveHost
import EnclaveLayout
import EnclaveTestSupport
import Linux
import SGX
import SoftSGX
import Testing
import Wire

/// A machine that adds no pages after EINIT.
@Suite struct OldProcessorTests {
    private final class OldDevice: EnclaveDevice {
        let isSimulated = false
        let growthObstacle: String? = "this processor has no SGX2"
        private let refusal = EnclaveHostError.device("asked for more than it said it can")

        func create(_ secs: SECS) throws(EnclaveHostError) { throw refusal }
        func addPages(
            _ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool
        ) throws(EnclaveHostError) { throw refusal }
        func allowProvisioning() throws(EnclaveHostError) { throw refusal }
        func initialise(_ sigstruct: [UInt8]) throws(EnclaveHostError) { throw refusal }
        func map(_ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO) throws(EnclaveHostError) { throw refusal }
        func open(_ range: GrowingRange) throws(EnclaveHostError) { throw refusal }
        func attachThread() throws(EnclaveHostError) -> any EnclaveThread { throw refusal }
        func restrictPermissions(
            _ offset: UInt64, _ length: UInt64, to rights: SECINFO.Flags
        ) throws(EnclaveHostError) { throw refusal }
        func modifyTypes(_ offset: UInt64, _ length: UInt64, to type: SECINFO.PageType) throws(EnclaveHostError) { throw refusal }
        func removePages(_ offset: UInt64, _ length: UInt64) throws(EnclaveHostError) { throw refusal }
    }

    @Test("An enclave with dynamic memory is refused before anything is made, with what would mend it") func refused() throws {
        let image = try AssembledImage.make("processor")
        var configuration = EnclaveConfiguration()
        (configuration.addressSpace, configuration.userMemory, configuration.kernelMemory) = (64 << 20, 1 << 20, 8 << 20)
        configuration.memoryIsFixed = false
        let folder = EnclaveFolder(
            image: image, sigstruct: [UInt8](repeating: 0, count: 1808), configuration: configuration.encoded(),
            indexes: HeldDescriptors(root: try FileDescriptor.open("/dev/null", 0)))
        do throws(EnclaveHostError) {
            _ = try LoadedEnclave.load(folder: folder, device: OldDevice())
            Issue.record("loaded")
        } catch {
            #expect(
                "\(error)"
                    == "the enclave's memory is dynamic, and this processor has no SGX2; build it with memory_mode = \"fixed\"")
        }
    }
}
