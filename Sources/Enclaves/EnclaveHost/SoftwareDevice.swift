import CSoftSGX
import EnclaveLayout
import Linux
import SGX
import SoftSGX
import Synchronization

/// The software SGX behind the device's steps.
package final class SoftwareDevice: EnclaveDevice, @unchecked Sendable {
    // Set once by `create`, before any other thread has the device: hence unchecked Sendable.
    private var enclave: SoftEnclave?
    private let state: String?
    private let windows = Mutex(OpenWindows())

    /// `state`: directory of the machine root key instead of `INCLAVARE_STATE` or /var/lib/inclavare.
    package init(state: String? = nil) { self.state = state }

    package var isSimulated: Bool { true }

    package func create(_ secs: SECS) throws(EnclaveHostError) {
        do throws(SoftSGXError) {
            enclave = try SoftEnclave(creating: secs, rootKey: MachineRootKey.load(state: state))
        } catch {
            throw .software(error)
        }
    }

    package func addPages(
        _ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool
    ) throws(EnclaveHostError) {
        let enclave = try created()
        do throws(SoftSGXError) {
            try enclave.addPages(source, at: offset, secinfo, measured: measured)
        } catch {
            throw .software(error)
        }
    }

    /// Nothing more is asked: whoever has the machine's root key could derive that key anyway.
    package func allowProvisioning() throws(EnclaveHostError) { try created().provisioningAllowed = true }

    package func initialise(_ sigstruct: [UInt8]) throws(EnclaveHostError) {
        let enclave = try created()
        let parsed: SIGSTRUCT
        do throws(SGXError) { parsed = try SIGSTRUCT(parsing: sigstruct) } catch { throw .sigstruct(error) }
        do throws(SoftSGXError) { try enclave.initialise(parsed) } catch { throw .software(error) }
    }

    /// The software SGX has all of SGX2.
    package var growthObstacle: String? { nil }

    package func map(_ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO) throws(EnclaveHostError) {
        let enclave = try created()
        // The driver gives TCS pages read and write whatever their SECINFO says; the processor lets nobody use them. R 1, W 2, X 4 in both.
        let own = MemoryRights(rawValue: Int32(secinfo.flags.rawValue & SECINFO.Flags.rights.rawValue))
        let rights: MemoryRights = secinfo.pageType == .tcs ? [.read, .write] : own
        do throws(SoftSGXError) { try enclave.map(offset, length, rights) } catch { throw .software(error) }
    }

    package func attachThread() throws(EnclaveHostError) -> any EnclaveThread {
        let enclave = try created()
        do throws(SoftSGXError) { return SoftwareThread(try enclave.attach(), self) } catch { throw .software(error) }
    }

    /// Maps nothing yet: a record for each of the millions of pages of a long range would cost more than the rest of the start.
    package func open(_ range: GrowingRange) throws(EnclaveHostError) { windows.withLock { $0.add(range) } }

    /// Whether a page fault at an address came for want of a mapping, which is there now: made here, or by another thread meanwhile.
    fileprivate func mapped(faultAt address: UInt64) -> Bool {
        guard let enclave, address >= enclave.secs.baseAddress else { return false }
        return windows.withLock { windows in
            guard let window = windows.window(at: address - enclave.secs.baseAddress) else { return false }
            guard windows.take(window) else { return true }
            let rights = MemoryRights(rawValue: Int32(window.secinfo.flags.rawValue & SECINFO.Flags.rights.rawValue))
            do throws(SoftSGXError) { try enclave.map(window.offset, window.length, rights) } catch { return false }
            return true
        }
    }

    package func restrictPermissions(
        _ offset: UInt64, _ length: UInt64, to rights: SECINFO.Flags
    ) throws(EnclaveHostError) {
        let rights = MemoryRights(rawValue: Int32(rights.rawValue & SECINFO.Flags.rights.rawValue))
        let enclave = try created()
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try enclave.restrictPermissions(offset, length, to: rights, progress: &progress)
        } catch { throw .software(error) }
    }

    package func modifyTypes(_ offset: UInt64, _ length: UInt64, to type: SECINFO.PageType) throws(EnclaveHostError) {
        let enclave = try created()
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try enclave.modifyTypes(offset, length, to: type, progress: &progress)
        } catch { throw .software(error) }
    }

    package func removePages(_ offset: UInt64, _ length: UInt64) throws(EnclaveHostError) {
        let enclave = try created()
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try enclave.removePages(offset, length, progress: &progress)
        } catch { throw .software(error) }
    }

    private func created() throws(EnclaveHostError) -> SoftEnclave {
        guard let enclave else { throw .device("software SGX: no enclave was created") }
        return enclave
    }
}

private final class SoftwareThread: EnclaveThread {
    private static let pageFault: UInt16 = 14
    /// Of a fault's error code: the page is refused by the EPCM, not for want of a mapping.
    private static let byEPCM: UInt16 = 0x8000
    private let thread: SoftThread
    private let device: SoftwareDevice

    init(_ thread: consuming SoftThread, _ device: SoftwareDevice) {
        self.thread = thread
        self.device = device
    }

    func enter(_ entry: inout softsgx_entry) {
        thread.enter(&entry)
        // As a kernel that maps a page and goes on: the enclave is not told, unless that did not help.
        var mapped: UInt64?
        while entry.function == UInt32(SOFTSGX_ERESUME), entry.vector == Self.pageFault, entry.error_code & Self.byEPCM == 0,
            entry.address != mapped, device.mapped(faultAt: entry.address)
        {
            mapped = entry.address
            thread.enter(&entry)
        }
    }
}
