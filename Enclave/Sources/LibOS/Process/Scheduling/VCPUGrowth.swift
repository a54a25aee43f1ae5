import CEnclave
import EnclaveRuntime
import SGX
import Wire

/// vCPUs that come after the start: the pages of their blocks are accepted (EAUG), and the last of them becomes a TCS (EMODT).
///
/// All that stands in a measured block is written before the page is accepted as a TCS, and only the CPU's word counts: a page that the
/// host did not make a TCS cannot be entered, and another one that it did make one is not accepted.
enum VCPUGrowth {
    /// Adds a vCPU, once; without the kernel lock.
    ///
    /// Where it fails nobody may try again: a page must not be accepted twice.
    static func add(_ index: Int) -> Bool {
        let layout = kernel.layout
        let base = LaunchState.base(layout)
        let offset = layout.vcpuOffset + UInt64(index) * UInt64(VCPUBlock.byteCount)
        let pages = UInt64(VCPUBlock.byteCount) / PagePool.pageSize
        guard pages_accept_new(base + offset, pages) == pages else { return false }
        let tcs = offset + UInt64(VCPUBlock.tcsOffset)
        guard writeBlock(index, base + offset), writeTCS(block: offset, layout, base + tcs) else { return false }
        _ = HostCallArea().call(.makeTCS, tcs)
        return page_accept_tcs(base + tcs) == 0
    }

    /// The measured words of this vCPU, with the other's number.
    private static func writeBlock(_ index: Int, _ address: UInt64) -> Bool {
        guard let block = UnsafeMutableRawPointer(bitPattern: UInt(address)) else { return false }
        block.copyMemory(from: UnsafeRawPointer(vcpu_current()), byteCount: LaunchLayout.byteCount)
        block.storeBytes(of: UInt32(index), toByteOffset: 8, as: UInt32.self)
        return true
    }

    /// The TCS that a measured block ends with (`EnclavePlan`).
    private static func writeTCS(block: UInt64, _ layout: LaunchLayout, _ address: UInt64) -> Bool {
        guard let page = UnsafeMutableRawPointer(bitPattern: UInt(address)) else { return false }
        let entry = enclave_entry_address() - image_start() + layout.imageOffset
        var tcs = TCS(
            ossa: block + UInt64(VCPUBlock.ssaOffset), nssa: UInt32(VCPUBlock.ssaFrames), oentry: entry, ofsBase: block + 4096,
            ogsBase: block)
        tcs.fsLimit = .max
        tcs.gsLimit = .max
        tcs.bytes.withUnsafeBytes { raw in
            if let bytes = raw.baseAddress { page.copyMemory(from: bytes, byteCount: TCS.byteCount) }
        }
        return true
    }
}
