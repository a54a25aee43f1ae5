import SwiftASN1
import X509

/// What a PCK certificate says of the platform that its key belongs to: OID 1.2.840.113741.1.13.1.
///
/// A SEQUENCE of {OID, value}: .1 PPID, .2 TCB (.1–.16 component SVNs, .17 PCESVN, .18 CPUSVN), .3 PCEID, .4 FMSPC, .5 SGX type,
/// .6 platform instance, .7 configuration. The last two are only there under the Platform CA and are kept out of the verdict.
public struct PCKExtension: Equatable, Sendable {
    static let oid: ASN1ObjectIdentifier = [1, 2, 840, 113741, 1, 13, 1]

    public let ppid: [UInt8]
    public let components: [UInt8]
    public let pceSVN: UInt16
    public let cpuSVN: [UInt8]
    public let pceID: [UInt8]
    public let fmspc: [UInt8]

    public init(ppid: [UInt8], components: [UInt8], pceSVN: UInt16, cpuSVN: [UInt8], pceID: [UInt8], fmspc: [UInt8]) {
        self.ppid = ppid
        self.components = components
        self.pceSVN = pceSVN
        self.cpuSVN = cpuSVN
        self.pceID = pceID
        self.fmspc = fmspc
    }

    public init(certificate: PlatformCertificate) throws(CertificateError) {
        guard let value = certificate.certificate.extensions[oid: Self.oid]?.value else { throw .noSGXExtension }
        let fields = try Self.members(of: value, "SEQUENCE")
        ppid = try Self.octets(fields, 1, count: 16, "PPID")
        pceID = try Self.octets(fields, 3, count: 2, "PCEID")
        fmspc = try Self.octets(fields, 4, count: 6, "FMSPC")
        guard let tcb = fields[2] else { throw .badSGXExtension("TCB") }
        let versions = try Self.members(of: tcb.encodedBytes, "TCB", prefix: Self.oid.oidComponents + [2])
        var components: [UInt8] = []
        for index in 1...16 {
            components.append(try Self.integer(versions, UInt(index), "TCB component \(index)"))
        }
        self.components = components
        pceSVN = try Self.integer(versions, 17, "PCESVN")
        cpuSVN = try Self.octets(versions, 18, count: 16, "CPUSVN")
    }

    /// The DER of the extension's value.
    func der() throws -> [UInt8] {
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
                pair.appendPrimitiveNode(identifier: .enumerated) { $0.append(0) }
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

    /// The values of a SEQUENCE OF {OID, value} by the last component of their OID; each may occur once.
    private static func members(
        of der: ArraySlice<UInt8>, _ field: String, prefix: [UInt] = oid.oidComponents
    ) throws(CertificateError) -> [UInt: ASN1Node] {
        var fields: [UInt: ASN1Node] = [:]
        do {
            try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
                while let node = nodes.next() {
                    let (name, value) = try DER.sequence(node, identifier: .sequence) { pair in
                        let name = try ASN1ObjectIdentifier(derEncoded: &pair)
                        guard let value = pair.next() else { throw CertificateError.badSGXExtension(field) }
                        return (name, value)
                    }
                    let path = name.oidComponents
                    guard path.dropLast() == prefix[...], let last = path.last,
                        fields.updateValue(value, forKey: last) == nil
                    else { throw CertificateError.badSGXExtension(field) }
                }
            }
        } catch {
            throw .badSGXExtension(field)
        }
        return fields
    }

    private static func octets(
        _ fields: [UInt: ASN1Node], _ index: UInt, count: Int, _ name: String
    ) throws(CertificateError) -> [UInt8] {
        guard let node = fields[index], let octets = try? ASN1OctetString(derEncoded: node), octets.bytes.count == count
        else { throw .badSGXExtension(name) }
        return Array(octets.bytes)
    }

    private static func integer<T: FixedWidthInteger>(
        _ fields: [UInt: ASN1Node], _ index: UInt, _ name: String
    ) throws(CertificateError) -> T {
        guard let node = fields[index], let number = try? Int(derEncoded: node), let value = T(exactly: number)
        else { throw .badSGXExtension(name) }
        return value
    }
}
