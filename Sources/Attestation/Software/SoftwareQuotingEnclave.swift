import Crypto
import EnclaveCrypto
public import SGX
import SoftSGX

/// Turns REPORTs of this machine's software enclaves into quotes, as Intel's quoting enclave does for hardware.
///
/// It is an ordinary process with the machine's root key: its signature says that somebody on this machine who can read that key made
/// the REPORT, and nothing more. The PCK key signs its own report here, once, since there is no provisioning enclave beside it.
public struct SoftwareQuotingEnclave: Sendable {
    private let derivation: KeyDerivation
    private let identity: EnclaveIdentity
    private let attestationKey: P256.Signing.PrivateKey
    private let header: QuoteHeader
    /// Everything of a quote that follows its own signature, which no REPORT changes.
    private let certification: Certification

    private static let keyFile = "attestation-key.sealed"
    /// Free to choose; constant, so that the QE report of a key never changes.
    private static let authenticationData = Array(
        Crypto.SHA256.hash(data: Array("Inclavare software quoting enclave v1: authentication data".utf8)))

    private struct Certification: Sendable {
        let key: [UInt8]
        let report: [UInt8]
        let signature: [UInt8]
        let chain: [UInt8]
    }

    /// Serves the machine whose root key lies below this state directory; the key is made when there is none yet.
    public init(root: SoftwareRoot, stateDirectory: String) throws(SoftwareStateError) {
        let machine: MachineRootKey
        do { machine = try MachineRootKey.load(state: stateDirectory) } catch { throw .machine("\(error)") }
        // Byte by byte: the machine's key wipes its storage when it goes, and an array assigned from it would share that.
        let rootKey = machine.bytes.map { $0 }
        guard let derivation = KeyDerivation(rootKey: rootKey) else { throw .machine("the machine's root key is unusable") }
        self.derivation = derivation
        identity = Self.identity()
        attestationKey = try Self.attestationKey(in: root.directory, SealedKey(rootKey: rootKey))
        let platformID = Crypto.SHA256.hash(data: Array("Inclavare software QE ID".utf8) + root.certificate.der).prefix(16)
        header = QuoteHeader(
            quotingEnclaveSVN: SoftwarePlatform.quotingEnclaveSVN, provisioningEnclaveSVN: SoftwarePlatform.pceSVN,
            userData: Array(platformID) + [0, 0, 0, 0])
        let key = Array(attestationKey.publicKey.rawRepresentation)
        let report = Self.ownReport(identity, data: Self.publicKeyID(key)).bytes
        do throws(QuotingError) {
            certification = Certification(
                key: key, report: report, signature: try Self.sign(report, root.pck.key), chain: root.pckChain)
        } catch {
            throw .cryptography("certify the attestation key: \(error)")
        }
    }

    /// Whom an enclave names in EREPORT to be quoted.
    public var targetInfo: TargetInfo {
        var target = TargetInfo()
        target.measurement = identity.mrEnclave
        target.attributes = identity.attributes
        target.miscSelect = identity.miscSelect
        return target
    }

    /// A quote v3 of the REPORT, which must have been made on this machine for `targetInfo`.
    public func quote(report bytes: [UInt8]) throws(QuotingError) -> Quote {
        let report: Report
        do { report = try Report(parsing: bytes) } catch { throw .report(error) }
        guard try isGenuine(report) else { throw .foreignReport }
        return quote(report.body, signature: try Self.sign(header.bytes + report.body.bytes, attestationKey))
    }

    /// How long a quote is; the same for every REPORT.
    public var quoteByteCount: Int { quote(ReportBody(), signature: [UInt8](repeating: 0, count: 64)).bytes.count }

    /// The attestation key's name, 32 bytes: what the QE report vouches for.
    public var publicKeyID: [UInt8] { Self.publicKeyID(certification.key) }

    /// A REPORT of the quoting enclave for another enclave of this machine: its data are SHA-256 of nonce and quote, and zeros.
    public func report(over quote: [UInt8], nonce: [UInt8], for target: TargetInfo) throws(QuotingError) -> Report {
        var data = FixedBytes<64>()
        for (index, byte) in Crypto.SHA256.hash(data: nonce + quote).enumerated() { data[index] = byte }
        var generator = SystemRandomNumberGenerator()
        guard let keyID = FixedBytes<32>((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }) else {
            throw .cryptography("make a key identifier")
        }
        do throws(KeyError) {
            return try derivation.report(by: identity, for: target, data: data, keyID: keyID)
        } catch {
            throw .key(error)
        }
    }

    private func quote(_ body: ReportBody, signature: [UInt8]) -> Quote {
        Quote(
            header: header, body: body,
            signatureData: QuoteSignatureData(
                signature: signature, attestationKey: certification.key, quotingEnclaveReport: certification.report,
                quotingEnclaveSignature: certification.signature, authenticationData: Self.authenticationData,
                certificateChain: certification.chain))
    }

    private func isGenuine(_ report: Report) throws(QuotingError) -> Bool {
        let key: FixedBytes<16>
        do {
            key = try derivation.reportKey(for: targetInfo, keyID: report.keyID, processor: identity)
        } catch {
            throw .key(error)
        }
        do { return try report.verify(key: key) } catch { throw .cryptography("check the REPORT's MAC: \(error)") }
    }

    private static func publicKeyID(_ key: [UInt8]) -> [UInt8] {
        Array(Crypto.SHA256.hash(data: key + authenticationData))
    }

    /// The QE report, whose report data vouch for the attestation key.
    private static func ownReport(_ identity: EnclaveIdentity, data: [UInt8]) -> ReportBody {
        var body = ReportBody()
        body.cpuSVN = identity.cpuSVN
        body.attributes = identity.attributes
        body.mrEnclave = identity.mrEnclave
        body.mrSigner = identity.mrSigner
        body.isvProdID = identity.isvProdID
        body.isvSVN = identity.isvSVN
        for (index, byte) in data.enumerated() { body.reportData[index] = byte }
        return body
    }

    private static func identity() -> EnclaveIdentity {
        var secs = SECS(
            size: 0, baseAddress: 0, ssaFrameSize: 0,
            attributes: Attributes(
                flags: Attributes.Flags(rawValue: SoftwarePlatform.quotingEnclaveFlags),
                xfrm: Attributes.XFRM(rawValue: SoftwarePlatform.quotingEnclaveXFRM)))
        if let measurement = Digest(bytes: SoftwarePlatform.quotingEnclaveMeasurement) { secs.mrEnclave = measurement }
        if let signer = Digest(bytes: SoftwarePlatform.quotingEnclaveSigner) { secs.mrSigner = signer }
        secs.isvProdID = SoftwarePlatform.quotingEnclaveProductID
        secs.isvSVN = SoftwarePlatform.quotingEnclaveSVN
        return EnclaveIdentity(secs: secs, cpuSVN: SoftwareProcessor.cpuSVN)
    }

    private static func attestationKey(
        in directory: PrivateDirectory, _ sealing: SealedKey
    ) throws(SoftwareStateError) -> P256.Signing.PrivateKey {
        if try directory.read(keyFile) == nil {
            try directory.writeOnce(keyFile, try sealing.seal(P256.Signing.PrivateKey()))
        }
        guard let stored = try directory.read(keyFile), let key = sealing.open(stored) else {
            throw .damaged(path: directory.file(keyFile), why: "it was not sealed by this machine's software CPU")
        }
        return key
    }

    private static func sign(_ bytes: [UInt8], _ key: P256.Signing.PrivateKey) throws(QuotingError) -> [UInt8] {
        do { return Array(try key.signature(for: bytes).rawRepresentation) } catch { throw .cryptography("sign: \(error)") }
    }
}
