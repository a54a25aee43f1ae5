/// One of the sixteen numbered versions that a TCB level asks for.
public struct TCBComponent: Equatable, Sendable {
    public let version: UInt8
    /// Who can raise it, such as "BIOS" or "OS/VMM", and what it is, such as "TDX Module"; often not said.
    public let category: String?
    public let type: String?

    public init(version: UInt8, category: String? = nil, type: String? = nil) {
        self.version = version
        self.category = category
        self.type = type
    }

    init(reading fields: CollateralFields) throws(CollateralError) {
        version = try fields.integer("svn")
        category = try fields.optionalString("category")
        type = try fields.optionalString("type")
    }

    /// What people call it, besides its number.
    var label: String? {
        let words = [category, type].compactMap { $0 }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
