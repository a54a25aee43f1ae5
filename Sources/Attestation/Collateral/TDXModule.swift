/// What a genuine TDX module looks like: one for every domain without a module version, or one for each version.
public struct TDXModule: Equatable, Sendable {
    /// "TDX_01" and so on; nil for the one of modules without a version.
    public let id: String?
    public let signer: [UInt8]
    public let attributes: [UInt8]
    public let attributesMask: [UInt8]
    /// Highest first; empty for the one of modules without a version, whose level the TCB Info's levels include.
    public let levels: [VersionLevel]

    init(reading fields: CollateralFields, isVersioned: Bool) throws(CollateralError) {
        signer = try fields.hex("mrsigner", count: 48)
        attributes = try fields.hex("attributes", count: 8)
        attributesMask = try fields.hex("attributesMask", count: 8)
        id = isVersioned ? try fields.string("id").uppercased() : nil
        levels = isVersioned ? try VersionLevel.list(fields, among: TCBStatus.ofModules) : []
    }

    /// The id of the module of this major version.
    static func id(version: UInt8) -> String { "TDX_" + Hex.text([version]).uppercased() }
}
