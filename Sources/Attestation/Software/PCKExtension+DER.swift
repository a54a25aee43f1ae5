import SwiftASN1

extension PCKExtension {
    static let oid: ASN1ObjectIdentifier = [1, 2, 840, 113741, 1, 13, 1]

    /// The DER of the extension's value, as the software CA writes it: without platform instance and configuration.
    package func der() throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { fields in
            try Self.append(&fields, [1], ASN1OctetString(contentBytes: ppid[...]))
            try fields.appendConstructedNode(identifier: .sequence) { pair in
                try pair.serialize(Self.name([2]))
                try pair.appendConstructedNode(identifier: .sequence) { versions in
                    for (index, component) in components.enumerated() {
                        try Self.append(&versions, [2, UInt(index + 1)], Int(component))
                    }
                    try Self.append(&versions, [2, 17], Int(pceSVN))
                    try Self.append(&versions, [2, 18], ASN1OctetString(contentBytes: cpuSVN[...]))
                }
            }
            try Self.append(&fields, [3], ASN1OctetString(contentBytes: pceID[...]))
            try Self.append(&fields, [4], ASN1OctetString(contentBytes: fmspc[...]))
            try fields.appendConstructedNode(identifier: .sequence) { pair in
                try pair.serialize(Self.name([5]))
                pair.appendPrimitiveNode(identifier: .enumerated) { $0.append(memoryProtection.rawValue) }
            }
        }
        return serializer.serializedBytes
    }

    private static func name(_ tail: [UInt]) throws -> ASN1ObjectIdentifier {
        try ASN1ObjectIdentifier(elements: oid.oidComponents + tail)
    }

    private static func append(
        _ serializer: inout DER.Serializer, _ tail: [UInt], _ value: some DERSerializable
    ) throws {
        try serializer.appendConstructedNode(identifier: .sequence) { pair in
            try pair.serialize(name(tail))
            try pair.serialize(value)
        }
    }
}
