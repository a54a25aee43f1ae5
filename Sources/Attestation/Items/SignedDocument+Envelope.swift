extension SignedDocument {
    /// The form in which services deliver it: `{"<member>":<body>,"signature":"<128 hex digits>"}`, the body byte for byte.
    public func envelope(member: String) -> [UInt8] {
        Array(JSONText.object([(member, text), ("signature", JSONText.string(Hex.text(signature)))]).utf8)
    }
}
