import OCI
import Testing

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSON { try JSONParser.parse(Array(text.utf8)) }

    @Test func readsEveryKindOfValue() throws {
        let json = try parse(#" {"a": [1, -2, 3.5, 1e3, true, false, null], "b": {"c": "d"}, "e": []} "#)
        #expect(json["a"] == .array([1, -2, .number(3.5), .number(1000), true, false, .null]))
        #expect(json["b"]?["c"] == "d")
        #expect(json["e"] == [])
    }

    @Test func keepsNumbersBeyondInt64Exact() throws {
        #expect(try parse("18446744073709551615") == .unsigned(.max))
        #expect(try parse("-9223372036854775808") == .integer(.min))
    }

    @Test func resolvesEscapesAndSurrogatePairs() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#) == "\"\\/\u{8}\u{c}\n\r\tAé😀")
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "01", "1.", ".5", "+1", "1e", "nul", "\"\\x\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"", "\"a\nb\"", "'a'", "[1] 2", "// c\n1", "{\"a\":1,\"a\":2}", "1e999", "NaN", "\"abc",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func refusesStringsThatAreNotUTF8() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xc3, 0x28, 0x22]) }
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xed, 0xa0, 0x80, 0x22]) }
    }

    @Test func refusesDeepNestingWithoutExhaustingTheStack() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try parse(deep) }
    }

    @Test func findsADuplicateAmongManyKeys() {
        let members = (0..<1000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: Never.self) { try parse("{\(members)}") }
        #expect(throws: JSONError.self) { try parse("{\(members),\"k500\":1}") }
    }

    @Test func saysWhereTheErrorIs() {
        let error = #expect(throws: JSONError.self) { try parse("{\n  \"a\": ?\n}") }
        #expect(error?.description == "line 2, column 8: a value is expected")
    }

    @Test func writesWhatItReads() throws {
        let value: JSON = ["b": ["x": [1, true, .null, .number(0.5)]], "a": "q\"\\\n\u{1}é", "c": [:]]
        #expect(try JSONParser.parse(JSONWriter.write(value)) == value)
        #expect(try JSONParser.parse(JSONWriter.write(value, indented: true)) == value)
        #expect(String(decoding: JSONWriter.write(value, sorted: true), as: UTF8.self).hasPrefix("{\"a\":"))
    }

    @Test func everyPrefixAndEveryFlippedByteOfADocumentIsReadOrRefused() throws {
        let document = Array(#"{"ociVersion":"1.0.2","a":[1,2.5e1,true,null,"\u00e9"],"o":{"k":"v"}}"#.utf8)
        for length in 0..<document.count { #expect(throws: JSONError.self) { try JSONParser.parse(Array(document[..<length])) } }
        for index in document.indices {
            for bit in 0..<8 {
                var changed = document
                changed[index] ^= 1 << UInt8(bit)
                _ = try? JSONParser.parse(changed)
            }
        }
    }
}
