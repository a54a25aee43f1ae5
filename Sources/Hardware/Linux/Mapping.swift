import CLinux
import Glibc

/// The owner of private anonymous memory: unmapped when it goes out of scope.
package struct Mapping: ~Copyable {
    package let address: UInt64
    package let length: UInt64

    /// Memory anywhere, of which only pages that are touched cost anything.
    package init(bytes length: UInt64, readable: Bool = true) throws(SystemCallError) {
        let protection = readable ? PROT_READ | PROT_WRITE : PROT_NONE
        let result = cl_map_anonymous(0, length, protection, 0)
        guard result >= 0 else { throw SystemCallError(Int32(-result), "map \(length) bytes of memory") }
        address = UInt64(result)
        self.length = length
    }

    /// Reserves exactly these addresses without any right; fails where something is mapped already.
    package init(reserving address: UInt64, bytes length: UInt64) throws(SystemCallError) {
        let result = cl_map_anonymous(address, length, PROT_NONE, 1)
        guard result >= 0 else {
            throw SystemCallError(Int32(-result), "reserve \(length) bytes at 0x\(String(address, radix: 16))")
        }
        guard UInt64(result) == address else {
            // Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint.
            munmap(UnsafeMutableRawPointer(bitPattern: result), Int(length))
            throw SystemCallError(EEXIST, "reserve \(length) bytes at 0x\(String(address, radix: 16))")
        }
        self.address = address
        self.length = length
    }

    deinit { munmap(UnsafeMutableRawPointer(bitPattern: UInt(address)), Int(length)) }

    /// The memory; never nil for a mapping that does not begin at address 0, which none does.
    package var pointer: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    }
}

/// Rights of mapped pages.
package struct MemoryRights: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let read = MemoryRights(rawValue: PROT_READ)
    package static let write = MemoryRights(rawValue: PROT_WRITE)
    package static let execute = MemoryRights(rawValue: PROT_EXEC)

    /// Sets the rights of whole pages.
    package func apply(to address: UInt64, bytes length: UInt64) throws(SystemCallError) {
        let pointer = UnsafeMutableRawPointer(bitPattern: UInt(address))
        try SystemCallError.checkErrno(
            mprotect(pointer, Int(length), rawValue),
            "set the rights of \(length) bytes at 0x\(String(address, radix: 16))")
    }
}
