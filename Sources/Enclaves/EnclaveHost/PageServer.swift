import Glibc
import Linux
import SGX
import SoftSGX
import Synchronization

/// Takes pages back from an enclave with dynamic memory: trims them, and removes them once it has accepted that; takes rights from others, and makes TCS pages of some.
package final class PageServer: Sendable {
    private let device: any EnclaveDevice
    /// The kernel's driver serves one request at a time and turns others away.
    private let turn = Mutex<Void>(())

    package init(_ device: any EnclaveDevice) { self.device = device }

    func trim(_ call: CallView) -> Int64 {
        perform(call) { (offset, length) throws(EnclaveHostError) in try device.modifyTypes(offset, length, to: .trimmed) }
    }

    func remove(_ call: CallView) -> Int64 {
        perform(call) { (offset, length) throws(EnclaveHostError) in try device.removePages(offset, length) }
    }

    func makeTCS(_ call: CallView) -> Int64 {
        turn.withLock { _ in
            do throws(EnclaveHostError) {
                try device.modifyTypes(call.argument(0), 4096, to: .tcs)
                return 0
            } catch {
                return -Int64(error.errno)
            }
        }
    }

    func restrict(_ call: CallView) -> Int64 {
        let rights = SECINFO.Flags(rawValue: call.argument(2) & SECINFO.Flags.rights.rawValue)
        return perform(call) { (offset, length) throws(EnclaveHostError) in
            try device.restrictPermissions(offset, length, to: rights)
        }
    }

    /// The device checks the range; the enclave asks the processor what became of each page.
    private func perform(_ call: CallView, _ step: (UInt64, UInt64) throws(EnclaveHostError) -> Void) -> Int64 {
        turn.withLock { _ in
            do throws(EnclaveHostError) {
                try step(call.argument(0), call.argument(1))
                return 0
            } catch {
                return -Int64(error.errno)
            }
        }
    }
}

extension EnclaveHostError {
    /// What a host call that met it answers.
    fileprivate var errno: Int32 {
        switch self {
        case .system(let error): error.code
        case .software(let error): error.errno
        default: EIO
        }
    }
}
