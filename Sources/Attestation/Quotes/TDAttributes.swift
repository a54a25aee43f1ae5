/// TDATTRIBUTES: what a trust domain may do, and who may look into it.
///
/// Bits 0–7 make the domain untrusted, bits 8–31 touch its security, bits 32–63 do not.
public struct TDAttributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let debug = TDAttributes(rawValue: 1 << 0)
    /// Without it the host can make the domain's kernel take exceptions at any access.
    public static let septVEDisable = TDAttributes(rawValue: 1 << 28)
    public static let protectionKeys = TDAttributes(rawValue: 1 << 30)
    public static let keyLocker = TDAttributes(rawValue: 1 << 31)
    public static let performanceMonitoring = TDAttributes(rawValue: 1 << 63)

    public static let defined: TDAttributes = [.debug, .septVEDisable, .protectionKeys, .keyLocker, .performanceMonitoring]

    public var hasReservedBits: Bool { !isSubset(of: .defined) }
}
