/// Takes what people read out of the DER of an X.501 name.
enum DistinguishedNameText {
    private static let commonNameType: [UInt8] = [0x55, 0x04, 0x03]

    /// The first common name; nil when there is none or the name is no name.
    static func commonName(_ der: [UInt8]) -> String? {
        var outer = DERReader(der)
        guard var relativeNames = try? outer.sequence("name") else { return nil }
        while !relativeNames.isAtEnd {
            guard let element = try? relativeNames.next(DERTag.set, "relative name") else { return nil }
            var attributes = relativeNames.reader(element)
            while !attributes.isAtEnd {
                guard var attribute = try? attributes.sequence("attribute"),
                    let type = try? attribute.objectIdentifier("attribute type"), let value = try? attribute.next("attribute value")
                else { return nil }
                if type == commonNameType { return String(validating: attribute.slice(value.content), as: UTF8.self) }
            }
        }
        return nil
    }
}
