import SGX
import Wire

/// Where each part of an enclave lies; the one definition that layout, LibOS and tools share through `LaunchLayout`.
///
/// From the bottom: user pool at 0x10000, …, kernel heap, configuration, vCPU blocks, image, which ends at the top of ELRANGE. With
/// dynamic memory the pool is all that lies below the kernel heap: addresses cost nothing, and the LibOS keeps to the limit.
package struct EnclavePlacement: Equatable, Sendable {
    package static let userPoolOffset: UInt64 = 0x10000

    package var size: UInt64
    package var imageOffset: UInt64
    package var imageLength: UInt64
    package var vcpuOffset: UInt64
    package var vcpuCount: UInt32
    package var configurationOffset: UInt64
    package var configurationLength: UInt64
    package var kernelHeapOffset: UInt64
    package var kernelHeapLength: UInt64
    package var userPoolLength: UInt64
    /// As in `LaunchLayout`: 0 with fixed memory.
    package var kernelHeapAdded: UInt64 = 0
    /// vCPU blocks that are added; all with fixed memory.
    package var vcpusAdded: UInt32

    package init(
        imageSpan: UInt64, configurationLength: UInt64, _ configuration: EnclaveConfiguration
    ) throws(LayoutError) {
        try Self.check(configuration)
        size = configuration.addressSpace
        vcpuCount = configuration.vcpus
        vcpusAdded = configuration.initialVCPUs == 0 ? configuration.vcpus : configuration.initialVCPUs
        imageLength = imageSpan
        self.configurationLength = configurationLength
        kernelHeapLength = configuration.kernelMemory
        userPoolLength = configuration.userMemory
        let configurationPages = Self.roundUp(configurationLength)
        let vcpuBytes = UInt64(configuration.vcpus) * UInt64(VCPUBlock.byteCount)
        // Each part is bounded by `check` and the parsers, so the sum cannot overflow.
        let need =
            Self.userPoolOffset + configuration.userMemory + configuration.kernelMemory + configurationPages + vcpuBytes
            + imageSpan
        guard need <= size else { throw .tooSmall(need: need, addressSpace: size) }
        imageOffset = size - imageSpan
        vcpuOffset = imageOffset - vcpuBytes
        configurationOffset = vcpuOffset - configurationPages
        kernelHeapOffset = configurationOffset - kernelHeapLength
        guard !configuration.memoryIsFixed else { return }
        userPoolLength = kernelHeapOffset - Self.userPoolOffset
        // One tag byte a page stands at the heap's start.
        let tags = Self.roundUp(kernelHeapLength / 4096)
        kernelHeapAdded = min(kernelHeapLength, tags + Self.firstKernelHeap)
    }

    /// What a small program needs before the first page is accepted.
    private static let firstKernelHeap: UInt64 = 1 << 20

    package var memoryIsFixed: Bool { kernelHeapAdded == 0 }

    package func launchLayout(vcpu: UInt32) -> LaunchLayout {
        LaunchLayout(
            vcpuIndex: vcpu, vcpuCount: vcpuCount, elrangeSize: size, imageOffset: imageOffset, imageLength: imageLength,
            vcpuOffset: vcpuOffset, configurationOffset: configurationOffset, configurationLength: configurationLength,
            kernelHeapOffset: kernelHeapOffset, kernelHeapLength: kernelHeapLength, userPoolOffset: Self.userPoolOffset,
            userPoolLength: userPoolLength, kernelHeapAdded: kernelHeapAdded,
            vcpusAdded: vcpusAdded == vcpuCount ? 0 : vcpusAdded)
    }

    package func vcpuBlock(_ index: UInt32) -> UInt64 { vcpuOffset + UInt64(index) * UInt64(VCPUBlock.byteCount) }

    package func tcs(_ index: UInt32) -> UInt64 { vcpuBlock(index) + UInt64(VCPUBlock.tcsOffset) }

    private static let mostVCPUs: UInt32 = 4096

    private static func check(_ configuration: EnclaveConfiguration) throws(LayoutError) {
        let size = configuration.addressSpace
        guard size.nonzeroBitCount == 1, size >= 1 << 20, size <= SECS.largestSize else {
            throw .configuration("address_space \(size) is not a power of two between 1 MiB and 1 TiB")
        }
        guard configuration.userMemory % 4096 == 0, configuration.kernelMemory % 4096 == 0 else {
            throw .configuration("user and kernel memory are not multiples of 4096 bytes")
        }
        guard configuration.memoryIsFixed || configuration.kernelMemory > 0 else {
            throw .configuration("dynamic memory without kernel memory, of which a first part is there from the start")
        }
        guard configuration.userMemory <= size, configuration.kernelMemory <= size else {
            throw .tooSmall(need: max(configuration.userMemory, configuration.kernelMemory), addressSpace: size)
        }
        guard configuration.vcpus >= 1, configuration.vcpus <= mostVCPUs else {
            throw .configuration("threads \(configuration.vcpus) is not between 1 and \(mostVCPUs)")
        }
        let initial = configuration.initialVCPUs
        guard initial == 0 || (initial <= configuration.vcpus && !configuration.memoryIsFixed) else {
            throw .configuration("\(initial) initial threads of \(configuration.vcpus), or some to come with fixed memory")
        }
    }

    private static func roundUp(_ length: UInt64) -> UInt64 { (length + 4095) & ~4095 }
}
