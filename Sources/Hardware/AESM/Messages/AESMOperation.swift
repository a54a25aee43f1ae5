/// What a client may ask of AESM, by the number of its message's field in request and response alike.
package enum AESMOperation: UInt32, CaseIterable, Sendable {
    case initQuote = 1
    case getQuote = 2
    case getLaunchToken = 3
    case reportAttestationError = 4
    case whiteListSize = 10
    case whiteList = 11
    case extendedGroup = 12
    case switchExtendedGroup = 13
    case register = 14
    case initQuoteEx = 15
    case getQuoteSizeEx = 16
    case getQuoteEx = 17
    case checkUpdateStatus = 18
    case selectKeyID = 19
    case supportedKeyIDCount = 21
    case supportedKeyIDs = 22

    /// The field of the answer to what is no known request; it carries an error and nothing else.
    static let unsupportedField: UInt32 = 20

    /// Fields without which a request is not one, of the operations that are refused whatever else they say.
    var requiredFields: [UInt32] {
        switch self {
        case .getQuote: [1, 2, 3, 6]
        case .getLaunchToken, .reportAttestationError: [1, 2, 3]
        case .register: [1, 2]
        default: []
        }
    }
}

extension AESMOperation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .initQuote: "InitQuote"
        case .getQuote: "GetQuote"
        case .getLaunchToken: "GetLaunchToken"
        case .reportAttestationError: "ReportAttestationError"
        case .whiteListSize: "GetWhiteListSize"
        case .whiteList: "GetWhiteList"
        case .extendedGroup: "GetExtendedEpidGroupId"
        case .switchExtendedGroup: "SwitchExtendedEpidGroup"
        case .register: "SGXRegister"
        case .initQuoteEx: "InitQuoteEx"
        case .getQuoteSizeEx: "GetQuoteSizeEx"
        case .getQuoteEx: "GetQuoteEx"
        case .checkUpdateStatus: "CheckUpdateStatus"
        case .selectKeyID: "SelectAttKeyID"
        case .supportedKeyIDCount: "GetSupportedAttKeyIDNum"
        case .supportedKeyIDs: "GetSupportedAttKeyIDs"
        }
    }
}
