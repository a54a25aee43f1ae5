package import CEnclave
package import Wire

/// The measured words this vCPU's block begins with.
package enum LaunchState {
    /// `nil` when the block is not one the builder wrote for this image.
    package static func layout() -> LaunchLayout? {
        let block = vcpu_current()
        let bytes = [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(block), count: LaunchLayout.byteCount))
        var reader = ByteReader(bytes)
        do throws(WireError) {
            guard try reader.u64() == LaunchLayout.magic else { return nil }
            let layout = LaunchLayout(
                vcpuIndex: try reader.u32(), vcpuCount: try reader.u32(), elrangeSize: try reader.u64(),
                imageOffset: try reader.u64(), imageLength: try reader.u64(), vcpuOffset: try reader.u64(),
                configurationOffset: try reader.u64(), configurationLength: try reader.u64(),
                kernelHeapOffset: try reader.u64(), kernelHeapLength: try reader.u64(), userPoolOffset: try reader.u64(),
                userPoolLength: try reader.u64())
            return layout
        } catch {
            return nil
        }
    }

    /// The enclave's base address: the image knows its own offset.
    package static func base(_ layout: LaunchLayout) -> UInt64 { image_start() &- layout.imageOffset }
}
