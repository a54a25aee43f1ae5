import Crypto
import FoundationEssentials
import SwiftASN1
public import X509

/// An X.509 certificate of an attestation chain: ECDSA P-256, with the facts that chain building asks for.
public struct PlatformCertificate: Sendable {
    public let der: [UInt8]
    public let certificate: Certificate
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    /// The longest chain of CAs below it, when it is a CA; nil for a leaf.
    public let authority: Authority?
    let key: P256.Signing.PublicKey

    /// What a CA certificate may do.
    public struct Authority: Equatable, Sendable {
        public let maximumPathLength: Int?
        public let mayIssue: Bool
        public let mayRevoke: Bool
    }

    public init(der: [UInt8]) throws(CertificateError) {
        self.der = der
        let usage: KeyUsage?
        let constraints: BasicConstraints?
        do {
            certificate = try Certificate(derEncoded: der)
            usage = try certificate.extensions.keyUsage
            constraints = try certificate.extensions.basicConstraints
        } catch {
            throw .notDER("certificate: \(error)")
        }
        guard let key = P256.Signing.PublicKey(certificate.publicKey) else {
            throw .unsupportedKey(certificate.subject.description)
        }
        guard certificate.signatureAlgorithm == .ecdsaWithSHA256 else {
            throw .unsupportedAlgorithm(certificate.subject.description)
        }
        self.key = key
        notBefore = Timestamp(seconds: Int64(certificate.notValidBefore.timeIntervalSince1970.rounded(.down)))
        notAfter = Timestamp(seconds: Int64(certificate.notValidAfter.timeIntervalSince1970.rounded(.down)))
        if case .isCertificateAuthority(let length) = constraints {
            authority = Authority(
                maximumPathLength: length, mayIssue: usage?.keyCertSign ?? false, mayRevoke: usage?.cRLSign ?? false)
        } else {
            authority = nil
        }
    }

    public var subject: DistinguishedName { certificate.subject }
    public var issuer: DistinguishedName { certificate.issuer }
    public var serialNumber: [UInt8] { Array(certificate.serialNumber.bytes.drop { $0 == 0 }) }

    /// SHA-256 of the DER, the name by which a policy trusts a root.
    public var fingerprint: [UInt8] { Array(SHA256.hash(data: der)) }

    /// The common name of the subject, or the whole subject when it has none.
    public var name: String {
        for relative in subject {
            for attribute in relative where attribute.type == .RDNAttributeType.commonName {
                return String(describing: attribute.value)
            }
        }
        return subject.description
    }

    /// Intel's CAs exist in several certificates of one key and name, which chains in the wild mix.
    func isSameAuthority(as other: PlatformCertificate) -> Bool {
        subject == other.subject && key.rawRepresentation == other.key.rawRepresentation
    }

    public func isSigned(by issuerKey: PlatformCertificate) -> Bool {
        issuerKey.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    /// The certificates of a PEM chain, at most `limit`.
    public static func chain(pem: [UInt8], limit: Int = 4) throws(CertificateError) -> [PlatformCertificate] {
        let blocks = try PEM.certificates(pem)
        guard blocks.count <= limit else { throw .notPEM("more than \(limit) certificates") }
        var certificates: [PlatformCertificate] = []
        for block in blocks { certificates.append(try PlatformCertificate(der: block)) }
        return certificates
    }
}

extension PlatformCertificate: Equatable {
    public static func == (left: PlatformCertificate, right: PlatformCertificate) -> Bool { left.der == right.der }
}
