/// A number with which AESM refuses a request; numbers that are not named here can come from another service.
package struct AESMErrorCode: RawRepresentable, Equatable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    static let success = AESMErrorCode(rawValue: 0)
    package static let unexpected = AESMErrorCode(rawValue: 1)
    package static let parameter = AESMErrorCode(rawValue: 3)
    package static let network = AESMErrorCode(rawValue: 12)
    package static let stopped = AESMErrorCode(rawValue: 17)
    package static let busy = AESMErrorCode(rawValue: 18)
    package static let serviceUnavailable = AESMErrorCode(rawValue: 30)
    package static let unsupportedKeyID = AESMErrorCode(rawValue: 38)
    package static let keyNotInitialized = AESMErrorCode(rawValue: 42)
    package static let noPlatformData = AESMErrorCode(rawValue: 44)
    package static let invalidReport = AESMErrorCode(rawValue: 47)
}

extension AESMErrorCode: CustomStringConvertible {
    /// The number, what it says, and where there is one the mend.
    package var description: String { "error \(rawValue) (\(meaning))" }

    private var meaning: String {
        switch rawValue {
        case 1: "unexpected: the request was not understood, or the service failed; its log says more"
        case 2: "no device: SGX is not there or not switched on"
        case 3: "wrong parameter"
        case 12: "network: the service could not reach its provisioning or caching service"
        case 17: "the service is stopping"
        case 18: "busy: ask again"
        case 21: "out of memory"
        case 24: "SGX is not available to the service"
        case 29: "out of EPC"
        case 30: "the service does not offer this"
        case 38: "it has no attestation key of this identity"
        case 40: "interface unavailable"
        case 42: "the attestation key is not there: InitQuoteEx makes it"
        case 44: "no certificates of this platform: register it, or mend the caching service"
        case 47: "invalid REPORT: not made on this machine for the service's target info"
        default: "a number that is not known here"
        }
    }
}
