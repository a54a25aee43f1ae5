/// How a quote lets its reader find the certificate of the key that signed the QE report.
///
/// Type numbers of the quote format: 1 to 3 identify the platform, so that the certificate can be fetched; 4 and 5 carry it;
/// 6 wraps another certification (versions 4 and 5 of the quote, handled by the signature data); 7 is for registration.
public enum CertificationData: Equatable, Sendable {
    case plainPPID(PlatformReference)
    case ppidEncryptedWithRSA2048(PlatformReference)
    case ppidEncryptedWithRSA3072(PlatformReference)
    /// One certificate, in PEM or DER.
    case pckCertificate([UInt8])
    /// Leaf, PCK CA and root in PEM.
    case pckChain([UInt8])
    case platformManifest([UInt8])

    static let reportCertification: UInt16 = 6

    init(type: UInt16, _ data: [UInt8]) throws(QuoteError) {
        switch type {
        case 1: self = .plainPPID(try PlatformReference(data, ppidByteCount: 16))
        case 2: self = .ppidEncryptedWithRSA2048(try PlatformReference(data, ppidByteCount: 256))
        case 3: self = .ppidEncryptedWithRSA3072(try PlatformReference(data, ppidByteCount: 384))
        case 4: self = .pckCertificate(data)
        case 5: self = .pckChain(data)
        case 7: self = .platformManifest(data)
        default: throw .unsupportedCertification(type)
        }
    }

    public var type: UInt16 {
        switch self {
        case .plainPPID: 1
        case .ppidEncryptedWithRSA2048: 2
        case .ppidEncryptedWithRSA3072: 3
        case .pckCertificate: 4
        case .pckChain: 5
        case .platformManifest: 7
        }
    }

    public var bytes: [UInt8] {
        switch self {
        case .plainPPID(let reference), .ppidEncryptedWithRSA2048(let reference), .ppidEncryptedWithRSA3072(let reference):
            reference.bytes
        case .pckCertificate(let data), .pckChain(let data), .platformManifest(let data): data
        }
    }
}

extension CertificationData: CustomStringConvertible {
    public var description: String {
        switch self {
        case .plainPPID(let reference): "PPID \(Hex.text(reference.ppid)), \(reference)"
        case .ppidEncryptedWithRSA2048(let reference): "a PPID encrypted with RSA-2048, \(reference)"
        case .ppidEncryptedWithRSA3072(let reference): "a PPID encrypted with RSA-3072, \(reference)"
        case .pckCertificate: "a PCK certificate"
        case .pckChain: "a PCK certificate chain"
        case .platformManifest(let data): "a platform manifest of \(data.count) bytes"
        }
    }
}
