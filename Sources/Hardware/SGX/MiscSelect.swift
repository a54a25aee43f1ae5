/// MISCSELECT (SDM 35.7.2): what an exit writes to the SSA frame beside the registers.
public struct MiscSelect: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Address and error code of #PF and #GP.
    public static let exinfo = MiscSelect(rawValue: 1 << 0)
    /// #CP, with CET.
    public static let cpinfo = MiscSelect(rawValue: 1 << 1)
    public static let all = MiscSelect(rawValue: .max)
}
