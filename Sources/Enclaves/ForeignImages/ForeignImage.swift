import EnclaveCrypto
import EnclaveLayout
import SGX

/// An enclave as a file describes it: how it is created, its pages in the order they are added, the signature it carries.
///
/// What it is, is found in the bytes alone. The parser is a pure function: no count in the file makes it take more than `ImageLimits`
/// allows, and whatever the bytes are it either gives a plan that hangs together or throws.
package struct ForeignImage: Sendable {
    package let format: ForeignFormat
    /// `secs.baseAddress` counts when `baseIsFixed`; attributes and MISCSELECT are not measured.
    package let secs: SECS
    /// The enclave must lie where `secs` says; otherwise any free range that is aligned to its size will do.
    package let baseIsFixed: Bool
    /// In the order of EADD, no page twice.
    package let runs: [PageRun]
    /// The 1808 bytes of a SIGSTRUCT inside the file, not judged.
    package let signature: [UInt8]?
    /// Version of Intel's metadata, "2.4" for instance.
    package let version: String?
    /// Why the driver's interface cannot load what can be measured.
    package let obstacle: String?
    /// Attributes stand in no part of the file: the SIGSTRUCT's are taken.
    let takesAttributesFromSignature: Bool
    /// Of a stream that is its own measurement.
    private let streamDigest: Digest?

    init(
        _ format: ForeignFormat, secs: SECS, baseIsFixed: Bool = false, runs: [PageRun], signature: [UInt8]? = nil,
        version: String? = nil, obstacle: String? = nil, takesAttributesFromSignature: Bool = false,
        streamDigest: Digest? = nil
    ) {
        self.format = format
        self.secs = secs
        self.baseIsFixed = baseIsFixed
        self.runs = runs
        self.signature = signature
        self.version = version
        self.obstacle = obstacle
        self.takesAttributesFromSignature = takesAttributesFromSignature
        self.streamDigest = streamDigest
    }

    /// `heap`: bytes behind the selftest's segments, which stand in no part of its file.
    package init(
        _ bytes: [UInt8], heap: UInt64 = SelftestImage.defaultHeap, limits: ImageLimits = ImageLimits()
    ) throws(ForeignImageError) {
        switch try Self.format(of: bytes) {
        case .sgxs: self = try SGXSStream(bytes, limits).image()
        case .sdkLibrary: self = try SDKLibrary(bytes, limits).image()
        case .selftest: self = try SelftestImage(bytes, heap: heap, limits).image()
        }
    }

    /// By content, never by name.
    package static func format(of bytes: [UInt8]) throws(ForeignImageError) -> ForeignFormat {
        if SGXSStream.recognises(bytes) { return .sgxs }
        guard ELFFile.isELF(bytes) else {
            if bytes.count == SIGSTRUCT.byteCount, bytes.starts(with: SIGSTRUCT.header.bytes) {
                throw .unknownFormat("a SIGSTRUCT alone (give the file it signs, and this one with --sigstruct)")
            }
            throw .unknownFormat(bytes.isEmpty ? "an empty file" : "neither an ELF file nor an SGXS stream")
        }
        let elf = try ELFFile(bytes)
        if try elf.section(named: SDKLibrary.sectionName) != nil { return .sdkLibrary }
        if SelftestImage.recognises(elf) { return .selftest }
        if try elf.section(named: ".oeinfo") != nil { throw .unsupported("it is an Open Enclave image") }
        throw .unknownFormat("an ELF file without Intel's metadata, and its first segment is no TCS")
    }

    /// MRENCLAVE.
    package func measure() -> Digest {
        if let streamDigest { return streamDigest }
        var measurement = Measurement.ecreate(ssaFrameSize: secs.ssaFrameSize, size: secs.size)
        for run in runs { run.measure(into: &measurement) }
        return measurement.finalize()
    }

    /// The SECS to create it with under this signature, at `base`.
    ///
    /// Of the extended state that the enclave would use, only what is `available` or what its signature insists on is asked for, as
    /// Intel's loader does.
    package func secs(
        signedBy sigstruct: SIGSTRUCT?, base: UInt64, available: Attributes.XFRM = .all
    ) -> SECS {
        var result = secs
        result.baseAddress = base
        guard let sigstruct else { return result }
        if takesAttributesFromSignature {
            result.attributes = sigstruct.attributes
            // The processor sets it, nobody asks for it.
            result.attributes.flags.remove(.initialized)
            result.miscSelect = sigstruct.miscSelect
        }
        result.attributes.xfrm.formIntersection(available.union(sigstruct.attributeMask.xfrm))
        return result
    }

    package var pageCount: Int { runs.reduce(0) { $0 + $1.pageCount } }

    package var measuredPageCount: Int { runs.reduce(0) { $0 + ($1.measured ? $1.pageCount : 0) } }
}
