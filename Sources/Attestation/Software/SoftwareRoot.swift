import Crypto
import Glibc

/// The certificate hierarchy of one machine's software SGX, with its own root that says what it is worth.
///
/// It lies in `<state>/softsgx/attestation`, mode 0700, owned by whoever runs the quoting service; made once, in one step, from
/// fresh random keys; never shipped, never shared. Certificates and collateral are renewed before they end, keys stay.
public struct SoftwareRoot {
    /// The subject of the root certificate: every reader of a chain sees it.
    public static let commonName = "Inclavare Software SGX – NOT CONFIDENTIAL"

    let directory: PrivateDirectory
    let root: SoftwareIdentity
    let platformAuthority: SoftwareIdentity
    let tcbSigner: SoftwareIdentity
    let pck: SoftwareIdentity

    private static let renewalDays: Int64 = 10

    /// Opens the hierarchy below this state directory, or makes it when there is none.
    public init(stateDirectory: String, at now: Timestamp) throws(SoftwareStateError) {
        let base = "\(stateDirectory)/softsgx"
        let path = "\(base)/attestation"
        if !PrivateDirectory.exists(stateDirectory) { try PrivateDirectory.make(stateDirectory, mode: 0o755) }
        if !PrivateDirectory.exists(base) { try PrivateDirectory.make(base, mode: 0o700) }
        if !PrivateDirectory.exists(path) {
            try PrivateDirectory.makeOnce(path) { (directory) throws(SoftwareStateError) in try Self.fill(directory, at: now) }
        }
        directory = try PrivateDirectory(opening: path)
        root = try Self.identity("root", .root, issuer: nil, in: directory, at: now)
        platformAuthority = try Self.identity("pck-ca", .platformAuthority, issuer: root, in: directory, at: now)
        tcbSigner = try Self.identity("tcb-signer", .tcbSigner, issuer: root, in: directory, at: now)
        pck = try Self.identity("pck", Self.pckKind(root), issuer: platformAuthority, in: directory, at: now)
    }

    /// The root certificate and the name by which a policy accepts it.
    public var certificate: PlatformCertificate { root.certificate }

    /// Leaf, CA and root as a quote carries them: PEM with a NUL at its end.
    public var pckChain: [UInt8] {
        Array((PEM.text(pck.certificate.der) + PEM.text(platformAuthority.certificate.der) + rootPEM).utf8) + [0]
    }

    public var rootPEM: String { PEM.text(root.certificate.der) }

    /// The current collateral; made anew when it is near its end, or when the clock says that it is of the future.
    public func collateral(at now: Timestamp) throws(SoftwareStateError) -> Collateral {
        if let bytes = try directory.read("collateral.json"), let stored = try? Collateral(json: bytes), isCurrent(stored, at: now)
        {
            return stored
        }
        let fresh = try SoftwareCollateral.make(self, at: now)
        try directory.write("collateral.json", Array(fresh.json.utf8))
        return fresh
    }

    private func isCurrent(_ collateral: Collateral, at now: Timestamp) -> Bool {
        guard let info = try? TCBInfo(parsing: collateral.tcbInfo.text), now >= info.issueDate,
            now.adding(days: Self.renewalDays) < info.nextUpdate
        else { return false }
        return collateral.tcbInfoIssuerChain == PEM.text(tcbSigner.certificate.der) + rootPEM
    }

    private static func fill(_ directory: PrivateDirectory, at now: Timestamp) throws(SoftwareStateError) {
        let root = try SoftwareIdentity(.root, key: P256.Signing.PrivateKey(), issuer: nil, at: now)
        let authority = try SoftwareIdentity(.platformAuthority, key: P256.Signing.PrivateKey(), issuer: root, at: now)
        let signer = try SoftwareIdentity(.tcbSigner, key: P256.Signing.PrivateKey(), issuer: root, at: now)
        let pck = try SoftwareIdentity(pckKind(root), key: P256.Signing.PrivateKey(), issuer: authority, at: now)
        for (name, identity) in [("root", root), ("pck-ca", authority), ("tcb-signer", signer), ("pck", pck)] {
            try directory.write("\(name).key", Array(identity.key.pemRepresentation.utf8))
            try directory.write("\(name).der", identity.certificate.der)
        }
    }

    private static func pckKind(_ root: SoftwareIdentity) -> SoftwareIdentity.Kind {
        let ppid = Array(SHA256.hash(data: Array("Inclavare software PPID".utf8) + root.certificate.der).prefix(16))
        return .pck(
            PCKExtension(
                ppid: ppid, components: SoftwarePlatform.components, pceSVN: SoftwarePlatform.pceSVN,
                cpuSVN: SoftwarePlatform.components, pceID: SoftwarePlatform.pceID, fmspc: SoftwarePlatform.fmspc))
    }

    private static func identity(
        _ name: String, _ kind: SoftwareIdentity.Kind, issuer: SoftwareIdentity?, in directory: PrivateDirectory,
        at now: Timestamp
    ) throws(SoftwareStateError) -> SoftwareIdentity {
        guard let keyBytes = try directory.read("\(name).key"),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: keyBytes, as: UTF8.self))
        else { throw .damaged(path: directory.file("\(name).key"), why: "it holds no P-256 key") }
        guard let der = try directory.read("\(name).der"), let certificate = try? PlatformCertificate(der: der),
            certificate.key.rawRepresentation == key.publicKey.rawRepresentation
        else { throw .damaged(path: directory.file("\(name).der"), why: "it holds no certificate of its key") }
        let stored = SoftwareIdentity(key: key, certificate: certificate)
        guard issuer != nil, now.adding(days: renewalDays) > certificate.notAfter || now < certificate.notBefore else {
            return stored
        }
        let renewed = try SoftwareIdentity(kind, key: key, issuer: issuer, at: now)
        try directory.write("\(name).der", renewed.certificate.der)
        return renewed
    }
}
