import CSoftSGX
import Glibc
import Linux

/// What the machine's account of EPC pages says, read without taking part in it.
package struct EPCUsage: Equatable, Sendable {
    /// What `/sys/devices/system/node/node0/x86/sgx_total_bytes` would say.
    package var totalBytes: UInt64
    /// Nil: as much as memory holds.
    package var beyondBytes: UInt64?
    /// Pages of processes that live.
    package var usedBytes: UInt64
    package var processes: Int

    /// Of the EPC itself: what enclaves hold beyond it is paged out.
    package var freeBytes: UInt64 { totalBytes - min(totalBytes, usedBytes) }

    /// Nil where nobody has made an account yet, or it cannot be read: then the size is the configured one and nothing is used.
    package static func read(state: String? = nil) throws(SoftSGXError) -> EPCUsage {
        let directory = MachineRootKey.stateDirectory(state) + "/softsgx"
        let size = try EPCTable.configuredSize(directory)
        var usage = EPCUsage(
            totalBytes: size.bytes, beyondBytes: size.beyond == EPCSize.unlimited ? nil : size.beyond, usedBytes: 0, processes: 0)
        do throws(SystemCallError) {
            guard let file = try EPCTable.existing(directory + "/epc", O_RDONLY) else { return usage }
            try usage.count(file)
        } catch {
            guard [EACCES, EPERM, ENOTDIR].contains(error.code) else { throw .system(error) }
        }
        return usage
    }

    private mutating func count(_ file: borrowing EPCTable) throws(SystemCallError) {
        let bytes = try BoundedFile.read(file.descriptor, file.path, limit: Int(SOFTSGX_EPC_FILE_BYTES))
        let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: softsgx_epc_table.self) }
        let slots = 0..<min(header.claimed, UInt32(SOFTSGX_EPC_SLOTS))
        for slot in slots where softsgx_epc_is_claimed(file.descriptor.raw, slot) != 0 {
            let offset = Int(SOFTSGX_EPC_FIRST_SLOT) + Int(slot) * MemoryLayout<softsgx_epc_slot>.size
            usedBytes += bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: softsgx_epc_slot.self) }.pages * 4096
            processes += 1
        }
    }
}
