/// A JSON text and Intel's signature over exactly its bytes.
public struct SignedDocument: Equatable, Sendable {
    public let text: String
    /// r‖s, 64 bytes; other encodings of the same signature are not accepted.
    public let signature: [UInt8]

    public init(text: String, signature: [UInt8]) {
        self.text = text
        self.signature = signature
    }

    /// Takes the body out of an envelope `{"<member>": <body>, "signature": "<128 hex digits>"}` without touching a byte of it.
    public init(envelope: [UInt8], member: String) throws(CollateralError) {
        let value: JSONValue
        do {
            value = try JSONReader.parse(envelope)
        } catch {
            throw .json(part: member, error)
        }
        guard let body = value.member(member) else { throw .missing(part: member, field: member) }
        let fields = CollateralFields(part: member, value: value)
        signature = try fields.hex("signature", count: 64)
        text = String(decoding: envelope[body.range], as: UTF8.self)
    }
}
