package import CEnclave
package import Wire

/// The measured words this vCPU's block begins with.
package enum LaunchState {
    /// `nil` when the block is not one the builder wrote for this image.
    package static func layout() -> LaunchLayout? {
        // Plain loads: there is no heap yet.
        let block = UnsafeRawPointer(vcpu_current())
        func word(_ index: Int) -> UInt64 { block.load(fromByteOffset: index * 8, as: UInt64.self) }
        guard word(0) == LaunchLayout.magic else { return nil }
        return LaunchLayout(
            vcpuIndex: UInt32(truncatingIfNeeded: word(1)), vcpuCount: UInt32(truncatingIfNeeded: word(1) >> 32),
            elrangeSize: word(2), imageOffset: word(3), imageLength: word(4), vcpuOffset: word(5), configurationOffset: word(6),
            configurationLength: word(7), kernelHeapOffset: word(8), kernelHeapLength: word(9), userPoolOffset: word(10),
            userPoolLength: word(11), kernelHeapAdded: word(12),
            vcpusAdded: UInt32(truncatingIfNeeded: word(13)))
    }

    /// The enclave's base address: the image knows its own offset.
    package static func base(_ layout: LaunchLayout) -> UInt64 { image_start() &- layout.imageOffset }
}
