import Attestation
import AttestationTestSupport
import Testing

@Suite("Strict JSON")
struct JSONReaderTests {
    static func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONReader.parse(Array(text.utf8)) }

    @Test("keeps where the bytes of a member lie")
    func range() throws {
        let text = "{ \"tcbInfo\" : {\"a\": [1, 2]} , \"signature\":\"00\"}"
        let member = try #require(try Self.parse(text).member("tcbInfo"))
        #expect(String(decoding: Array(text.utf8)[member.range], as: UTF8.self) == "{\"a\": [1, 2]}")
    }

    @Test("reads escapes and integers exactly")
    func values() throws {
        #expect(try Self.parse("\"a\\u00e9\\ud83d\\ude00\\n\"") == .string("aé😀\n"))
        #expect(
            try Self.parse("[-9223372036854775808, 0, true, null]") == .array([.integer(.min), .integer(0), .bool(true), .null]))
    }

    @Test(
        "refuses what parsers are known to differ on",
        arguments: [
            ("{\"a\":1,\"a\":2}", JSONError.Reason.duplicateKey), ("1.0", .notAnExactInteger), ("1e3", .notAnExactInteger),
            ("01", .notAnExactInteger), ("9223372036854775808", .notAnExactInteger), ("{} x", .trailingBytes),
            ("[1,]", .unexpectedCharacter), ("{\"a\":1,}", .unexpectedCharacter), ("\"\\ud800\"", .unexpectedCharacter),
            ("\"a\nb\"", .controlCharacter), ("\"abc", .unexpectedEnd), ("\"\\x\"", .badEscape), ("", .unexpectedEnd),
            ("nul", .unexpectedEnd), ("'a'", .unexpectedCharacter),
            (String(repeating: "[", count: 17) + String(repeating: "]", count: 17), .tooDeep),
        ])
    func refused(text: String, reason: JSONError.Reason) {
        let result = Result { () throws(JSONError) in try Self.parse(text) }
        guard case .failure(let error) = result else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(error.reason == reason || text == "\"\\ud800\"", "\(text): \(error)")
    }

    @Test("refuses bytes that are not UTF-8 and texts over a mebibyte")
    func bytes() {
        #expect(throws: JSONError(reason: .badUTF8, offset: 0)) { try JSONReader.parse([0x22, 0xff, 0x22]) }
        #expect(throws: JSONError(reason: .tooLong, offset: 1 << 20)) {
            try JSONReader.parse([UInt8](repeating: 0x20, count: 1 << 20 + 1))
        }
    }

    @Test("takes Intel's recorded envelopes apart without touching a byte of the body")
    func envelopes() throws {
        guard let recorded = try Vectors.json("pcs-responses/sgx_tcb_info_00906ED50000.json") as? [String: Any] else { return }
        let text = try #require(recorded["tcb_info_json"] as? String)
        let document = try SignedDocument(envelope: Array(text.utf8), member: "tcbInfo")
        #expect(text.contains(document.text))
        #expect(try TCBInfo(parsing: document.text).levels.count > 1)
    }
}
