import CSoftSGX
import Linux

/// A host thread that may enter enclaves: alternate signal stack, record, Syscall User Dispatch.
///
/// Used and ended on that thread. Any enclave can be entered; the one it was made from lives as long as it.
package struct SoftThread: ~Copyable {
    private let block: Mapping
    private let enclave: SoftEnclave

    init(keeping enclave: SoftEnclave) throws(SoftSGXError) {
        let installed = softsgx_install_signals()
        guard installed == 0 else { throw .system(SystemCallError(installed, "install signal handlers")) }
        let memory = try Self.allocate()
        let result = softsgx_attach(Self.aligned(memory.address))
        guard result == 0 else { throw .system(SystemCallError(result, "ready a thread for entering enclaves")) }
        block = memory
        self.enclave = enclave
    }

    private static func allocate() throws(SoftSGXError) -> Mapping {
        do throws(SystemCallError) {
            // Twice as much, so that an aligned block is in it.
            return try Mapping(bytes: 2 * UInt64(SOFTSGX_THREAD_BYTES))
        } catch {
            throw .system(error)
        }
    }

    deinit { softsgx_detach(Self.aligned(block.address)) }

    /// EENTER or ERESUME as `entry.function` says, until EEXIT or an exception; interruptions resume by themselves.
    package borrowing func enter(_ entry: inout softsgx_entry) {
        _ = softsgx_enter(OpaquePointer(Self.aligned(block.address)), &entry)
    }

    /// The same through ENCLU instructions that trap.
    package borrowing func enterTrapping(_ entry: inout softsgx_entry) {
        _ = softsgx_enter_trapping(OpaquePointer(Self.aligned(block.address)), &entry)
    }

    private static func aligned(_ address: UInt64) -> UnsafeMutableRawPointer? {
        let size = UInt64(SOFTSGX_THREAD_BYTES)
        return UnsafeMutableRawPointer(bitPattern: UInt((address + size - 1) & ~(size - 1)))
    }
}
