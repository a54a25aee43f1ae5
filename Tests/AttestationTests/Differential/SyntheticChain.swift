import Attestation
import AttestationTestSupport
import Crypto
import Foundation

/// The keys of the synthetic chain, with which quotes and collateral of any content can be signed.
///
/// The PCK certificate is that of the stored chain: all components 10, PCE 13, FMSPC ffee00000000.
struct SyntheticChain {
    let root: PlatformCertificate
    let collateral: Collateral
    let base: Quote
    let now = Timestamp(seconds: 1_780_272_000)
    private let documents: P256.Signing.PrivateKey
    private let pck: P256.Signing.PrivateKey
    private let attestation: P256.Signing.PrivateKey

    /// Nil where the vectors are missing.
    init?() throws {
        guard Vectors.directory != nil else { return nil }
        func key(_ name: String) throws -> P256.Signing.PrivateKey {
            let pem = String(decoding: try Vectors.bytes("synthetic/key-\(name).pem"), as: UTF8.self)
            return try P256.Signing.PrivateKey(pemRepresentation: pem)
        }
        documents = try key("tcb")
        pck = try key("pck")
        attestation = try key("att")
        root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        collateral = try Vectors.collateral("synthetic/up-to-date/collateral.json")
        base = try Quote(parsing: try Vectors.bytes("synthetic/up-to-date/quote.bin"))
    }

    var roots: Set<TrustedRoot> { [.named(fingerprint: root.fingerprint)] }

    func sign(_ text: String) throws -> SignedDocument {
        SignedDocument(text: text, signature: Array(try documents.signature(for: Array(text.utf8)).rawRepresentation))
    }

    /// A quote of any version and body; the QE report binds the attestation key before `change` touches it.
    func quote(
        version: UInt16 = 3, body: [UInt8]? = nil, certification: (type: UInt16, data: [UInt8])? = nil,
        authentication: [UInt8]? = nil, change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> [UInt8] {
        let body = body ?? base.body.bytes
        let isDomain = body.count != 384
        var signed = Self.bytes(version) + Self.bytes(UInt16(2)) + Self.bytes(UInt32(isDomain ? 0x81 : 0)) + base.header.bytes[8...]
        if version == 5 {
            signed += Self.bytes(UInt16(isDomain ? (body.count == 584 ? 2 : 3) : 1)) + Self.bytes(UInt32(body.count))
        }
        signed += body
        let key = Array(attestation.publicKey.rawRepresentation)
        let authentication = authentication ?? base.signatureData.authenticationData
        var report = base.signatureData.quotingEnclaveReport
        report.replaceSubrange(320..<352, with: Array(SHA256.hash(data: key + authentication)))
        change(&report)
        let certification = certification ?? (5, base.signatureData.certification.bytes)
        let inner =
            report + Array(try pck.signature(for: report).rawRepresentation) + Self.bytes(UInt16(authentication.count))
            + authentication + Self.bytes(certification.type) + Self.bytes(UInt32(certification.data.count)) + certification.data
        let signature = Array(try attestation.signature(for: signed).rawRepresentation)
        let wrapped = version == 3 ? inner : Self.bytes(UInt16(6)) + Self.bytes(UInt32(inner.count)) + inner
        let data = signature + key + wrapped
        return signed + Self.bytes(UInt32(data.count)) + data
    }

    /// TCB Info and QE Identity for TDX, with these levels of the platform and of module version 1.
    func domainCollateral(
        levels: [(domain: [UInt8], status: String)] = [([3, 0, 3], "UpToDate")],
        module: [(version: Int, status: String)] = [(5, "UpToDate"), (2, "OutOfDate")]
    ) throws -> Collateral {
        let zero48 = String(repeating: "0", count: 96)
        let look = "\"mrsigner\":\"\(zero48)\",\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\""
        let moduleLevels = module.map {
            "{\"tcb\":{\"isvsvn\":\($0.version)},\"tcbDate\":\"2025-01-01T00:00:00Z\",\"tcbStatus\":\"\($0.status)\"}"
        }
        let tcbLevels = levels.map { level in
            let domain = level.domain + [UInt8](repeating: 0, count: 16 - level.domain.count)
            return "{\"tcb\":{\"sgxtcbcomponents\":\(Self.components([UInt8](repeating: 10, count: 16))),\"pcesvn\":13,"
                + "\"tdxtcbcomponents\":\(Self.components(domain))},\"tcbDate\":\"2025-11-12T00:00:00Z\",\"tcbStatus\":\"\(level.status)\"}"
        }
        let info =
            "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"2026-05-29T00:00:00Z\",\"nextUpdate\":\"2026-06-28T00:00:00Z\","
            + "\"fmspc\":\"FFEE00000000\",\"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":21,\"tdxModule\":{\(look)},"
            + "\"tdxModuleIdentities\":[{\"id\":\"TDX_01\",\(look),\"tcbLevels\":[\(moduleLevels.joined(separator: ","))]}],"
            + "\"tcbLevels\":[\(tcbLevels.joined(separator: ","))]}"
        let identity = collateral.qeIdentity.text.replacing("\"id\":\"QE\"", with: "\"id\":\"TD_QE\"")
        return collateral.with(tcbInfo: try sign(info), qeIdentity: try sign(identity))
    }

    /// A body of TDX 1.5, or of 1.0 without `current`, launched on these versions, with SEPT_VE_DISABLE set.
    static func domainBody(launch: [UInt8], current: [UInt8]? = nil) -> [UInt8] {
        var body = [UInt8](repeating: 0, count: current == nil ? 584 : 648)
        body.replaceSubrange(0..<launch.count, with: launch)
        body[123] = 0x10
        body.replaceSubrange(136..<184, with: [UInt8](repeating: 0x44, count: 48))
        if let current { body.replaceSubrange(584..<584 + current.count, with: current) }
        return body
    }

    private static func components(_ versions: [UInt8]) -> String {
        "[" + versions.map { "{\"svn\":\($0)}" }.joined(separator: ",") + "]"
    }

    private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
    }
}
