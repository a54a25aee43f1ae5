import CEnclaveCrypto

/// Why a cryptographic operation was refused.
public enum CryptoError: UInt8, Error, Equatable, Sendable {
    /// A key, nonce or tag of a size the algorithm does not have.
    case badSize = 1
    /// More bytes than the algorithm may process or derive under one key.
    case tooLong = 2
    /// The tag does not fit: wrong key, nonce, associated data, or changed bytes.
    case notAuthentic = 3
    /// The processor lacks AES-NI or PCLMULQDQ.
    case noHardware = 4

    /// Nil for success.
    init?(code: Int32) {
        switch Int(code) {
        case EC_OK: return nil
        case EC_TOO_LONG: self = .tooLong
        case EC_NOT_AUTHENTIC: self = .notAuthentic
        case EC_NO_HARDWARE: self = .noHardware
        default: self = .badSize
        }
    }
}

#if !hasFeature(Embedded)
    extension CryptoError: CustomStringConvertible {
        public var description: String {
            switch self {
            case .badSize: "a key, nonce or tag has a size this algorithm does not take"
            case .tooLong: "more bytes than this algorithm may process under one key"
            case .notAuthentic: "the bytes are not authentic: wrong key, or they were changed"
            case .noHardware: "this processor has no AES instructions (AES-NI, PCLMULQDQ), which are required"
            }
        }
    }
#endif
