import EnclaveBuild
import EnclaveCrypto
import EnclaveLayout
import ForeignImages
import SGX
import Wire

/// What `measure` tells of an enclave, whoever built it.
struct MeasureReport: Encodable {
    struct Signature: Encodable {
        /// The file it came from; none for the one inside.
        let path: String?
        /// "production", "debug", or "either" when the host may choose.
        let kind: String
        let valid: Bool
        let matches: Bool
        let reason: String?
    }

    let format: String
    let mrenclave: String
    let mrsigner: String?
    let productID: UInt16?
    let securityVersion: UInt16?
    let attributes: String
    let xfrm: String
    let size: UInt64
    let pages: Int
    let measuredPages: Int
    let signature: Signature?
    /// Why no device can load it although it can be measured.
    let obstacle: String?
    let indexRoot: String?
    private let title: String

    private enum CodingKeys: CodingKey {
        case format, mrenclave, mrsigner, productID, securityVersion, attributes, xfrm, size, pages, measuredPages, signature,
            obstacle,
            indexRoot
    }

    init(_ file: ForeignFile) {
        let image = file.image
        let measurement = image.measure()
        let report = file.signature.map { SignatureReport($0.sigstruct, measurement: measurement) }
        let secs = image.secs(signedBy: file.signature?.sigstruct, base: 0)
        format = image.format.rawValue
        title = image.format.title + (image.version.map { ", metadata \($0)" } ?? "")
        mrenclave = measurement.bytes.hex
        (mrsigner, productID, securityVersion) = Self.identity(report?.sigstruct)
        (attributes, xfrm) = Self.hex(secs.attributes)
        size = secs.size
        (pages, measuredPages) = (image.pageCount, image.measuredPageCount)
        signature = report.map { Signature($0, path: file.signature?.path) }
        obstacle = image.obstacle
        indexRoot = nil
    }

    /// A folder whose every part was checked.
    init(_ folder: BuiltFolder, measurement: Digest) throws(BuildError) {
        let plan = try folder.plan()
        format = "inclavare"
        title = "enclave built by inclavare"
        mrenclave = measurement.bytes.hex
        (mrsigner, productID, securityVersion) = Self.identity(folder.sigstruct)
        (attributes, xfrm) = Self.hex(plan.secs.attributes)
        size = plan.secs.size
        pages = plan.runs.reduce(0) { $0 + $1.pageCount }
        measuredPages = plan.runs.reduce(0) { $0 + ($1.measured ? $1.pageCount : 0) }
        signature = Signature(SignatureReport(folder.sigstruct, measurement: measurement), path: nil)
        obstacle = nil
        indexRoot = folder.configuration.indexRoot.hex
    }

    private static func identity(_ sigstruct: SIGSTRUCT?) -> (String?, UInt16?, UInt16?) {
        (sigstruct?.mrSigner.bytes.hex, sigstruct?.isvProdID, sigstruct?.isvSVN)
    }

    private static func hex(_ attributes: Attributes) -> (String, String) {
        ("0x" + String(attributes.flags.rawValue, radix: 16), "0x" + String(attributes.xfrm.rawValue, radix: 16))
    }

    var text: [(String, String)] {
        var lines = [("format", title), ("MRENCLAVE", mrenclave)]
        if let mrsigner { lines.append(("MRSIGNER", mrsigner)) }
        if let productID, let securityVersion { lines.append(("product", "\(productID), version \(securityVersion)")) }
        lines.append(("attributes", "\(attributes), XFRM \(xfrm)"))
        lines.append(("pages", "\(pages), \(measuredPages) of them measured, in \(size) bytes of addresses"))
        lines.append(("signature", signature?.line ?? "none: the file has none, and no --sigstruct was given"))
        if let obstacle { lines.append(("loadable", "no: \(obstacle)")) }
        if let indexRoot { lines.append(("index root", indexRoot)) }
        return lines
    }
}

extension MeasureReport.Signature {
    init(_ report: SignatureReport, path: String?) {
        self.path = path
        kind = report.kind.rawValue
        valid = report.fault == nil
        matches = report.matches
        reason =
            report.fault.map { "\($0)" }
            ?? (report.matches ? nil : "it is for MRENCLAVE \(report.sigstruct.enclaveHash.bytes.hex)")
    }

    fileprivate var line: String {
        let state = valid ? matches ? "valid, for this enclave" : "valid, but for another enclave" : "NOT VALID"
        let use = kind == "either" ? "production or debug, as the host chooses" : kind
        return "\(state); \(use)" + (path.map { "; from \($0)" } ?? "")
    }
}
