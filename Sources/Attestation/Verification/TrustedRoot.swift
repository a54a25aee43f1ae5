import Crypto

/// A root certificate that a verifier believes.
public enum TrustedRoot: Hashable, Sendable {
    /// Intel's SGX Root CA, recognised by its public key.
    case intel
    /// A root of a software SGX, recognised by the SHA-256 of its certificate: its quotes protect nothing.
    case simulation(fingerprint: [UInt8])
    /// Another root, for tests and private infrastructures, recognised in the same way.
    case named(fingerprint: [UInt8])

    /// The P-256 point (x‖y) of "Intel SGX Root CA", valid to 2049.
    static let intelKey: [UInt8] = [
        0x0b, 0xa9, 0xc4, 0xc0, 0xc0, 0xc8, 0x61, 0x93, 0xa3, 0xfe, 0x23, 0xd6,
        0xb0, 0x2c, 0xda, 0x10, 0xa8, 0xbb, 0xd4, 0xe8, 0x8e, 0x48, 0xb4, 0x45,
        0x85, 0x61, 0xa3, 0x6e, 0x70, 0x55, 0x25, 0xf5, 0x67, 0x91, 0x8e, 0x2e,
        0xdc, 0x88, 0xe4, 0x0d, 0x86, 0x0b, 0xd0, 0xcc, 0x4e, 0xe2, 0x6a, 0xac,
        0xc9, 0x88, 0xe5, 0x05, 0xa9, 0x53, 0x55, 0x8c, 0x45, 0x3f, 0x6b, 0x09,
        0x04, 0xae, 0x73, 0x94,
    ]

    func matches(_ certificate: PlatformCertificate) -> Bool {
        switch self {
        case .intel: Array(certificate.key.rawRepresentation) == Self.intelKey
        case .simulation(let fingerprint), .named(let fingerprint): certificate.fingerprint == fingerprint
        }
    }
}
