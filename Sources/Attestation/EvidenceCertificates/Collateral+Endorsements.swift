extension Collateral {
    /// The content of the OBJECT IDENTIFIER 2.23.133.5.4.2.
    static let endorsementsNumber: [UInt8] = [0x67, 0x81, 0x05, 0x05, 0x04, 0x02]

    private static let endorsementsTag: UInt64 = 60_000

    /// Reads the endorsements that a certificate may carry beside its evidence; nil where there are none, or none that can be used.
    ///
    /// CBOR tag 60000 over [version, TCB Info, its chain, PCK CRL, root CRL, their chain, QE Identity, its chain, (a date)], each but the
    /// first a byte string, often with the zero byte of C. Nobody need use them, so that damaged ones are no more than absent.
    init?(endorsements value: [UInt8]?) {
        guard let value, let parts = try? Self.parts(value) else { return nil }
        guard let tcbInfo = try? SignedDocument(envelope: parts[0], member: "tcbInfo"),
            let qeIdentity = try? SignedDocument(envelope: parts[5], member: "enclaveIdentity")
        else { return nil }
        func text(_ index: Int) -> String { String(decoding: parts[index], as: UTF8.self) }
        self.init(
            pckCRLIssuerChain: text(4), rootCRL: parts[3], pckCRL: parts[2], tcbInfoIssuerChain: text(1), tcbInfo: tcbInfo,
            qeIdentityIssuerChain: text(6), qeIdentity: qeIdentity)
    }

    private static func parts(_ value: [UInt8]) throws(CBORReader.Malformed) -> [[UInt8]] {
        var reader = CBORReader(value)
        guard try reader.tag("the endorsements' tag") == endorsementsTag else { throw .init(why: "another tag") }
        let count = try reader.array("the endorsements")
        guard (8...9).contains(count) else { throw .init(why: "\(count) parts") }
        _ = try reader.unsigned("the endorsements' version")
        var parts: [[UInt8]] = []
        for _ in 0..<7 {
            var part = try reader.byteString("an endorsement")
            // Not DER, whose last byte may be zero.
            while part.first != DERTag.sequence, part.last == 0 { part.removeLast() }
            parts.append(part)
        }
        if count == 9 { try reader.skip("the endorsements' date") }
        try reader.requireEnd("the endorsements")
        return parts
    }
}
