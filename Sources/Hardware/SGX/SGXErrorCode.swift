/// The codes that ENCLS and ENCLU leave in RAX (SDM 36.1.3).
public enum SGXErrorCode: UInt32, Error, Sendable {
    case invalidSigStruct = 1
    case invalidAttribute = 2
    case blockState = 3
    case invalidMeasurement = 4
    case notBlockable = 5
    case pageInvalid = 6
    case epcPageConflict = 7
    case invalidSignature = 8
    case macCompareFail = 9
    case pageNotBlocked = 10
    case notTracked = 11
    case vaSlotOccupied = 12
    case childPresent = 13
    case enclaveActive = 14
    case entryEpochLocked = 15
    case invalidEinitToken = 16
    case previousTrackIncomplete = 17
    case pageIsSECS = 18
    case pageAttributesMismatch = 19
    case pageNotModifiable = 20
    case pageNotDebuggable = 21
    case invalidReportMACStruct = 28
    case invalidCPUSVN = 32
    case invalidISVSVN = 64
    case unmaskedEvent = 128
    case invalidKeyName = 256
}
