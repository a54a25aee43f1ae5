import EnclaveCrypto
import SGX
import Wire

/// An enclave as it is measured, signed and loaded: SECS and the runs of pages in the order they are added.
///
/// Builder, tools and loader use this one definition, so what is measured is what is loaded. The base is 0; it is not measured.
package struct EnclavePlan: Sendable {
    package let placement: EnclavePlacement
    package let secs: SECS
    package let runs: [PageRun]
    /// Ranges whose pages come after EINIT (EAUG), with the most rights they may get; none with fixed memory.
    package let growing: [GrowingRange]

    package init(image: [UInt8], configuration: EnclaveConfiguration) throws(LayoutError) {
        try self.init(EnclaveImage(image), configuration, encoded: configuration.encoded())
    }

    /// With the configuration's bytes as the folder holds them.
    package init(image: [UInt8], configurationBytes: [UInt8]) throws(LayoutError) {
        let configuration: EnclaveConfiguration
        do throws(WireError) {
            configuration = try EnclaveConfiguration(decoding: configurationBytes)
        } catch {
            throw .configuration("its bytes are not a configuration this version reads (\(error)); build the enclave again")
        }
        try self.init(EnclaveImage(image), configuration, encoded: configurationBytes)
    }

    private init(_ image: EnclaveImage, _ configuration: EnclaveConfiguration, encoded: [UInt8]) throws(LayoutError) {
        guard encoded.count <= EnclaveConfiguration.longest else {
            throw .configuration("it has \(encoded.count) bytes, \(EnclaveConfiguration.longest) are allowed")
        }
        let placement = try EnclavePlacement(
            imageSpan: image.span, configurationLength: UInt64(encoded.count), configuration)
        self.placement = placement
        secs = SECS(
            size: placement.size, baseAddress: 0, ssaFrameSize: UInt32(VCPUBlock.ssaFramePages), miscSelect: .exinfo,
            attributes: Attributes(
                flags: Attributes.Flags(rawValue: configuration.attributes),
                xfrm: Attributes.XFRM(rawValue: configuration.xfrm)))
        var runs = Self.imageRuns(image, placement)
        for index in 0..<placement.vcpusAdded { runs += Self.vcpuRuns(index, entry: image.entry, placement) }
        runs += Self.memoryRuns(placement)
        runs.append(
            PageRun(offset: placement.configurationOffset, bytes: Self.padded(encoded), SECINFO(.regular, .read)))
        self.runs = runs
        growing = Self.growingRanges(placement)
    }

    /// MRENCLAVE.
    package func measure() -> Digest {
        var measurement = Measurement.ecreate(ssaFrameSize: secs.ssaFrameSize, size: secs.size)
        for run in runs { run.measure(into: &measurement) }
        return measurement.finalize()
    }

    private static func imageRuns(_ image: EnclaveImage, _ placement: EnclavePlacement) -> [PageRun] {
        var runs: [PageRun] = []
        for segment in image.segments {
            let secinfo = SECINFO(.regular, segment.rights)
            let start = placement.imageOffset + segment.address
            let filled = segment.filePageCount
            if filled > 0 { runs.append(PageRun(offset: start, bytes: segment.pages(from: image.bytes), secinfo)) }
            if filled < segment.pageCount {
                runs.append(
                    PageRun(
                        offset: start + UInt64(filled) * 4096, zeroPages: segment.pageCount - filled, secinfo,
                        measured: true))
            }
        }
        return runs
    }

    private static func vcpuRuns(_ index: UInt32, entry: UInt64, _ placement: EnclavePlacement) -> [PageRun] {
        let block = placement.vcpuBlock(index)
        let data = SECINFO(.regular, [.read, .write])
        var tcs = TCS(
            ossa: block + UInt64(VCPUBlock.ssaOffset), nssa: UInt32(VCPUBlock.ssaFrames),
            oentry: placement.imageOffset + entry, ofsBase: block + 4096, ogsBase: block)
        tcs.fsLimit = .max
        tcs.gsLimit = .max
        return [
            PageRun(offset: block, bytes: padded(placement.launchLayout(vcpu: index).encoded()), data),
            PageRun(offset: block + 4096, zeroPages: VCPUBlock.blockPages - 1, data, measured: true),
            PageRun(
                offset: block + UInt64(VCPUBlock.entryStackOffset),
                zeroPages: VCPUBlock.entryStackPages + VCPUBlock.exceptionStackPages, data, measured: false),
            PageRun(
                offset: block + UInt64(VCPUBlock.ssaOffset), zeroPages: VCPUBlock.ssaFrames * VCPUBlock.ssaFramePages, data,
                measured: true),
            PageRun(offset: block + UInt64(VCPUBlock.tcsOffset), bytes: tcs.bytes, .tcs),
        ]
    }

    private static func memoryRuns(_ placement: EnclavePlacement) -> [PageRun] {
        var runs: [PageRun] = []
        if placement.memoryIsFixed, placement.userPoolLength > 0 {
            runs.append(
                PageRun(
                    offset: EnclavePlacement.userPoolOffset, zeroPages: Int(placement.userPoolLength / 4096),
                    SECINFO(.regular, .rights), measured: false))
        }
        let heap = placement.memoryIsFixed ? placement.kernelHeapLength : placement.kernelHeapAdded
        if heap > 0 {
            runs.append(
                PageRun(
                    offset: placement.kernelHeapOffset, zeroPages: Int(heap / 4096),
                    SECINFO(.regular, [.read, .write]), measured: false))
        }
        return runs
    }

    private static func growingRanges(_ placement: EnclavePlacement) -> [GrowingRange] {
        guard !placement.memoryIsFixed else { return [] }
        let pool = GrowingRange(
            offset: EnclavePlacement.userPoolOffset, length: placement.userPoolLength, secinfo: SECINFO(.regular, .rights))
        let heap = GrowingRange(
            offset: placement.kernelHeapOffset + placement.kernelHeapAdded,
            length: placement.kernelHeapLength - placement.kernelHeapAdded, secinfo: SECINFO(.regular, [.read, .write]))
        let vcpus = GrowingRange(
            offset: placement.vcpuBlock(placement.vcpusAdded),
            length: UInt64(placement.vcpuCount - placement.vcpusAdded) * UInt64(VCPUBlock.byteCount),
            secinfo: SECINFO(.regular, [.read, .write]))
        return [pool, heap, vcpus].filter { $0.length > 0 }
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4096 - bytes.count % 4096) % 4096)
    }
}
