import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A key of the software hierarchy and the certificate for it.
struct SoftwareIdentity {
    let key: P256.Signing.PrivateKey
    let certificate: PlatformCertificate

    /// The kind of certificate decides its name, lifetime and rights.
    enum Kind {
        case root
        case platformAuthority
        case pck(PCKExtension)
        case tcbSigner

        var name: String {
            switch self {
            case .root: SoftwareRoot.commonName
            case .platformAuthority: "Inclavare Software SGX PCK Platform CA"
            case .pck: "Inclavare Software SGX PCK Certificate"
            case .tcbSigner: "Inclavare Software SGX TCB Signing"
            }
        }

        var days: Int64 {
            switch self {
            case .root: 20 * 365
            case .platformAuthority: 19 * 365
            case .pck, .tcbSigner: 7 * 365
            }
        }

        var pathLength: Int? {
            switch self {
            case .root: 1
            case .platformAuthority: 0
            case .pck, .tcbSigner: nil
            }
        }
    }

    /// Issues a certificate for `key`; without an issuer it signs itself.
    init(_ kind: Kind, key: P256.Signing.PrivateKey, issuer: SoftwareIdentity?, at now: Timestamp) throws(SoftwareStateError) {
        self.key = key
        do {
            let name = try Self.name(kind.name)
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
                notValidBefore: Date(timeIntervalSince1970: Double(now.seconds - 3_600)),
                notValidAfter: Date(timeIntervalSince1970: Double(now.adding(days: kind.days).seconds)),
                issuer: issuer.map { try DistinguishedName(derEncoded: $0.certificate.subject) } ?? name, subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Self.extensions(kind, key: key, issuer: (issuer?.key ?? key).publicKey),
                issuerPrivateKey: Certificate.PrivateKey(issuer?.key ?? key))
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            self.certificate = try PlatformCertificate(der: serializer.serializedBytes)
        } catch {
            throw .cryptography("issue the certificate \"\(kind.name)\": \(error)")
        }
    }

    init(key: P256.Signing.PrivateKey, certificate: PlatformCertificate) {
        self.key = key
        self.certificate = certificate
    }

    /// SHA-1 of the public point, the usual key identifier; it identifies, it does not protect.
    static func keyIdentifier(_ key: P256.Signing.PublicKey) -> [UInt8] {
        Array(Insecure.SHA1.hash(data: key.x963Representation))
    }

    private static func name(_ commonName: String) throws -> DistinguishedName {
        try DistinguishedName {
            CountryName("XX")
            OrganizationName("Inclavare Software SGX")
            CommonName(commonName)
        }
    }

    private static func extensions(
        _ kind: Kind, key: P256.Signing.PrivateKey, issuer: P256.Signing.PublicKey
    ) throws -> Certificate.Extensions {
        var extensions = try Certificate.Extensions {
            AuthorityKeyIdentifier(keyIdentifier: keyIdentifier(issuer)[...])
            SubjectKeyIdentifier(keyIdentifier: keyIdentifier(key.publicKey)[...])
        }
        if let length = kind.pathLength {
            try extensions.append(Certificate.Extension(KeyUsage(keyCertSign: true, cRLSign: true), critical: true))
            try extensions.append(
                Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: length), critical: true))
        } else {
            try extensions.append(
                Certificate.Extension(KeyUsage(digitalSignature: true, nonRepudiation: true), critical: true))
            try extensions.append(Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true))
        }
        if case .pck(let facts) = kind {
            try extensions.append(Certificate.Extension(oid: PCKExtension.oid, critical: false, value: facts.der()[...]))
        }
        return extensions
    }
}
