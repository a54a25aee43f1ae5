/// The members of a SEQUENCE OF {OID, value} of the SGX extension, by the last number of their OID.
///
/// Every failure is `CertificateError.badSGXExtension` with the member's name.
struct PCKExtensionFields {
    private let reader: DERReader
    private var elements: [UInt8: DERReader.Element] = [:]

    init(_ holder: inout DERReader, prefix: [UInt8], _ name: String) throws(CertificateError) {
        do {
            var list = try holder.sequence(name)
            try holder.requireEnd(name)
            reader = list
            while !list.isAtEnd {
                var pair = try list.sequence(name)
                let oid = try pair.objectIdentifier(name)
                let value = try pair.next(name)
                try pair.requireEnd(name)
                guard oid.count == prefix.count + 1, oid.starts(with: prefix), let last = oid.last, last < 0x80,
                    elements.updateValue(value, forKey: last) == nil
                else { throw CertificateError.badSGXExtension(name) }
            }
        } catch {
            throw .badSGXExtension(name)
        }
    }

    func has(_ index: UInt8) -> Bool { elements[index] != nil }

    func members(_ index: UInt8, prefix: [UInt8], _ name: String) throws(CertificateError) -> PCKExtensionFields {
        guard let element = elements[index] else { throw .badSGXExtension(name) }
        var holder = DERReader(reader.slice(element.whole))
        return try PCKExtensionFields(&holder, prefix: prefix, name)
    }

    func octets(_ index: UInt8, count: Int, _ name: String) throws(CertificateError) -> [UInt8] {
        guard let element = elements[index], element.tag == DERTag.octetString, element.content.count == count else {
            throw .badSGXExtension(name)
        }
        return reader.slice(element.content)
    }

    func unsigned<T: FixedWidthInteger>(
        _ index: UInt8, _ name: String, tag: UInt8 = DERTag.integer
    ) throws(CertificateError) -> T {
        guard let element = elements[index] else { throw .badSGXExtension(name) }
        var value = DERReader(reader.slice(element.whole))
        do { return try value.unsigned(name, tag: tag) } catch { throw .badSGXExtension(name) }
    }

    /// A BOOLEAN that may be absent.
    func boolean(_ index: UInt8, _ name: String) throws(CertificateError) -> Bool? {
        guard let element = elements[index] else { return nil }
        var value = DERReader(reader.slice(element.whole))
        do { return try value.boolean(name) } catch { throw .badSGXExtension(name) }
    }
}
