import Crypto
import EnclaveCrypto
public import SGX
import SoftSGX

/// Turns REPORTs of this machine's software enclaves into quotes, as Intel's quoting enclave does for hardware.
///
/// It is an ordinary process with the machine's root key: its signature says that somebody on this machine who can read that key made
/// the REPORT, and nothing more. The PCK key signs its own report here, since there is no provisioning enclave beside it.
public struct SoftwareQuotingEnclave {
    private let derivation: KeyDerivation
    private let identity: EnclaveIdentity
    private let attestationKey: P256.Signing.PrivateKey
    private let pckKey: P256.Signing.PrivateKey
    private let pckChain: [UInt8]
    private let platformID: [UInt8]

    private static let keyFile = "attestation-key.sealed"
    /// Free to choose; constant, so that the QE report of a key never changes.
    private static let authenticationData = Array(
        Crypto.SHA256.hash(data: Array("Inclavare software quoting enclave v1: authentication data".utf8)))

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
        pckKey = root.pck.key
        pckChain = root.pckChain
        platformID = Array(Crypto.SHA256.hash(data: Array("Inclavare software QE ID".utf8) + root.certificate.der).prefix(16))
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
        let header = QuoteHeader(
            quotingEnclaveSVN: SoftwarePlatform.quotingEnclaveSVN, provisioningEnclaveSVN: SoftwarePlatform.pceSVN,
            userData: platformID + [0, 0, 0, 0])
        let key = Array(attestationKey.publicKey.rawRepresentation)
        let ownReport = ownReport(binding: key).bytes
        return Quote(
            header: header, body: report.body,
            signatureData: QuoteSignatureData(
                signature: try Self.sign(header.bytes + report.body.bytes, attestationKey), attestationKey: key,
                quotingEnclaveReport: ownReport, quotingEnclaveSignature: try Self.sign(ownReport, pckKey),
                authenticationData: Self.authenticationData, certificateChain: pckChain))
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

    /// The QE report: its report data vouch for the attestation key.
    private func ownReport(binding key: [UInt8]) -> ReportBody {
        var body = ReportBody()
        body.cpuSVN = identity.cpuSVN
        body.attributes = identity.attributes
        body.mrEnclave = identity.mrEnclave
        body.mrSigner = identity.mrSigner
        body.isvProdID = identity.isvProdID
        body.isvSVN = identity.isvSVN
        let digest = Array(Crypto.SHA256.hash(data: key + Self.authenticationData))
        for (index, byte) in digest.enumerated() { body.reportData[index] = byte }
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
