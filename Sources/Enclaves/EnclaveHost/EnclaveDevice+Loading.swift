import EnclaveLayout
import Glibc
import Linux
import SGX

extension EnclaveDevice {
    /// Everything up to the first entry: creates the enclave, adds its runs in their order, initialises it and maps it.
    package func load(_ secs: SECS, _ runs: [PageRun], sigstruct: [UInt8]) throws(EnclaveHostError) {
        try create(secs)
        if secs.attributes.flags.contains(.provisionKey) { try allowProvisioning() }
        for run in runs { try add(run) }
        try initialise(sigstruct)
        try map(runs)
    }
}

/// Addresses for an enclave that may lie anywhere.
package enum FreeAddresses {
    /// Below everything the kernel places by itself: system calls of an enclave can be refused there on every kernel (see `softsgx_attach`).
    private static let preferred: UInt = 1 << 36

    /// A multiple of `size`, a power of two, behind which as much and one more page are free now.
    ///
    /// Nothing is kept: whoever maps there first has it, and devices fail when it was somebody else.
    package static func aligned(_ size: UInt64) throws(EnclaveHostError) -> UInt64 {
        let (double, overflow) = size.multipliedReportingOverflow(by: 2)
        let length = double &+ 4096
        guard !overflow, length <= 1 << 47 else { throw .device("no room for an enclave of \(size) bytes in a process") }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(UnsafeMutableRawPointer(bitPattern: preferred), Int(length), PROT_NONE, flags, -1, 0),
            start != MAP_FAILED
        else {
            throw .system(SystemCallError(errno, "find \(size) free bytes for the enclave"))
        }
        munmap(start, Int(length))
        return (UInt64(UInt(bitPattern: start)) + size - 1) & ~(size - 1)
    }
}
