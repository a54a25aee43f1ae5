/// EXITINFO (SDM 35.9.1.2): which exception ended the last stay in the enclave, where one did.
///
/// Wire: u32; vector bits 0 to 7, type bits 8 to 10, valid bit 31.
public struct EXITINFO: RawRepresentable, Equatable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nothing to report: the exit was an interrupt or the like.
    public init() { rawValue = 0 }

    public init(vector: UInt8, type: ExceptionType) {
        rawValue = 1 << 31 | UInt32(type.rawValue) << 8 | UInt32(vector)
    }

    public var isValid: Bool { rawValue >> 31 == 1 }
    public var vector: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    /// Nil for a type the processor never writes.
    public var type: ExceptionType? { ExceptionType(rawValue: UInt8(truncatingIfNeeded: rawValue >> 8 & 7)) }

    public enum ExceptionType: UInt8, Sendable {
        case hardware = 3
        /// #BP and #OF.
        case software = 6
    }

    /// Whether the processor reports this vector to an enclave with this MISCSELECT; others leave EXITINFO zero.
    public static func reports(vector: UInt8, miscSelect: MiscSelect) -> Bool {
        switch vector {
        case 0, 1, 3, 5, 6, 16, 17, 19: true
        case 13, 14: miscSelect.contains(.exinfo)
        case 21: miscSelect.contains(.cpinfo)
        default: false
        }
    }
}
