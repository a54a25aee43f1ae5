import CSoftSGX
import Linux

/// What the processor keeps about an enclave: its record, EPCM entries, TCS records, and the rights the process asked for.
///
/// Shared with forked children, as EPC is, but for the last: a child's mappings are its own from the fork on.
struct EnclaveTables: ~Copyable {
    private let record: SharedMapping
    private let epcm: SharedMapping
    private let tcs: SharedMapping
    private let written: SharedMapping
    private let vma: Mapping

    init(base: UInt64, size: UInt64) throws(SystemCallError) {
        let pages = size / UInt64(SOFTSGX_PAGE)
        let record = try SharedMapping(bytes: UInt64(MemoryLayout<softsgx_enclave>.size))
        let epcm = try SharedMapping(bytes: pages * 4)
        let tcs = try SharedMapping(bytes: UInt64(SOFTSGX_MOST_TCS) * UInt64(MemoryLayout<softsgx_tcs>.size))
        let leaf = UInt64(SOFTSGX_LEAF)
        let written = try SharedMapping(bytes: (pages + leaf - 1) / leaf)
        let vma = try Mapping(bytes: pages)
        self.record = consume record
        self.epcm = consume epcm
        self.tcs = consume tcs
        self.written = consume written
        self.vma = consume vma
        let enclave = enclave
        enclave.pointee.base = base
        enclave.pointee.size = size
        enclave.pointee.epcm = self.epcm.pointer.assumingMemoryBound(to: UInt32.self)
        enclave.pointee.written = self.written.pointer.assumingMemoryBound(to: UInt8.self)
        enclave.pointee.tcs = self.tcs.pointer.assumingMemoryBound(to: softsgx_tcs.self)
        enclave.pointee.vma = self.vma.pointer.assumingMemoryBound(to: UInt8.self)
    }

    var enclave: UnsafeMutablePointer<softsgx_enclave> { record.pointer.assumingMemoryBound(to: softsgx_enclave.self) }
}
