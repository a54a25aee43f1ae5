/// Where everything lies in ELRANGE, as the enclave finds it: 128 measured bytes at the start of every vCPU block.
///
/// All places are offsets from the enclave's base, so measured bytes never depend on it. From the bottom of ELRANGE upwards:
/// the user pool (fixed memory: REG RWX, not measured), …, the kernel heap (REG RW, not measured), the configuration (REG R,
/// measured), the vCPU blocks, the image, which ends at the top. The order in which pages are *added* is another: image, vCPU
/// blocks, user pool, kernel heap, configuration last. With dynamic memory the user pool reaches up to the kernel heap and none of
/// it is added, of the kernel heap only the first `kernelHeapAdded` bytes are, and of the vCPU blocks the first `vcpusAdded`.
public struct LaunchLayout: Equatable, Sendable {
    /// "INCLLAY1", little-endian.
    public static let magic: UInt64 = 0x3159_414c_4c43_4e49
    public static let byteCount = 128

    public var vcpuIndex: UInt32
    public var vcpuCount: UInt32
    public var elrangeSize: UInt64
    public var imageOffset: UInt64
    public var imageLength: UInt64
    /// Offset of vCPU block 0; block i lies at `vcpuOffset + i * VCPUBlock.byteCount`.
    public var vcpuOffset: UInt64
    public var configurationOffset: UInt64
    /// Exact length; the pages are filled with zeros.
    public var configurationLength: UInt64
    public var kernelHeapOffset: UInt64
    public var kernelHeapLength: UInt64
    public var userPoolOffset: UInt64
    public var userPoolLength: UInt64
    /// Bytes of the kernel heap that are there from the start; 0 with fixed memory: all of it, and the user pool too.
    public var kernelHeapAdded: UInt64
    /// vCPU blocks that are there from the start; 0: all.
    ///
    /// The LibOS adds the others (EAUG and EMODT) when threads wait for a vCPU.
    public var vcpusAdded: UInt32

    public init(
        vcpuIndex: UInt32, vcpuCount: UInt32, elrangeSize: UInt64, imageOffset: UInt64, imageLength: UInt64, vcpuOffset: UInt64,
        configurationOffset: UInt64, configurationLength: UInt64, kernelHeapOffset: UInt64, kernelHeapLength: UInt64,
        userPoolOffset: UInt64, userPoolLength: UInt64, kernelHeapAdded: UInt64 = 0, vcpusAdded: UInt32 = 0
    ) {
        self.vcpuIndex = vcpuIndex
        self.vcpuCount = vcpuCount
        self.elrangeSize = elrangeSize
        self.imageOffset = imageOffset
        self.imageLength = imageLength
        self.vcpuOffset = vcpuOffset
        self.configurationOffset = configurationOffset
        self.configurationLength = configurationLength
        self.kernelHeapOffset = kernelHeapOffset
        self.kernelHeapLength = kernelHeapLength
        self.userPoolOffset = userPoolOffset
        self.userPoolLength = userPoolLength
        self.kernelHeapAdded = kernelHeapAdded
        self.vcpusAdded = vcpusAdded
    }

    public var memoryIsFixed: Bool { kernelHeapAdded == 0 }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.u64(Self.magic)
        writer.u32(vcpuIndex)
        writer.u32(vcpuCount)
        writer.u64(elrangeSize)
        writer.u64(imageOffset)
        writer.u64(imageLength)
        writer.u64(vcpuOffset)
        writer.u64(configurationOffset)
        writer.u64(configurationLength)
        writer.u64(kernelHeapOffset)
        writer.u64(kernelHeapLength)
        writer.u64(userPoolOffset)
        writer.u64(userPoolLength)
        writer.u64(kernelHeapAdded)
        writer.u64(UInt64(vcpusAdded))
        writer.raw([UInt8](repeating: 0, count: Self.byteCount - writer.bytes.count))
        return writer.bytes
    }
}

/// The measured pages of one vCPU, in ascending order: its block (GS points here), entry stack, exception stack, two SSA frames, TCS.
///
/// Block page 0 begins with `LaunchLayout`; the rest of the 4 KiB and the stacks are zero when measured and belong to the enclave.
/// All are REG RW but the TCS. The stacks are added without being measured (the enclave never reads them before writing).
public enum VCPUBlock {
    public static let blockPages = 2
    public static let entryStackPages = 8
    public static let exceptionStackPages = 4
    public static let ssaFrames = 2
    /// SSAFRAMESIZE of every enclave we build, in pages: holds the XSAVE image up to AVX-512.
    public static let ssaFramePages = 1

    public static let entryStackOffset = blockPages * 4096
    public static let exceptionStackOffset = entryStackOffset + entryStackPages * 4096
    public static let ssaOffset = exceptionStackOffset + exceptionStackPages * 4096
    public static let tcsOffset = ssaOffset + ssaFrames * ssaFramePages * 4096
    public static let byteCount = tcsOffset + 4096
}
