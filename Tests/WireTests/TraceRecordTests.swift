import Testing
import Wire

@Suite("A trace record") struct TraceRecordTests {
    private func record() -> TraceRecord {
        var record = TraceRecord(kind: .ended, thread: 7, time: 123_456_789, number: 257)
        record.result = -2
        record.values = [UInt64(bitPattern: -100), 0x1000, 0, 0, 0, 0]
        record.texts = [.init(argument: 1, bytes: Array("/etc/passwd".utf8))]
        return record
    }

    private func encoded(_ record: TraceRecord) -> [UInt8] {
        var writer = ByteWriter()
        record.encode(into: &writer)
        return writer.bytes
    }

    @Test("comes back as it was sent") func roundTrip() throws {
        var reader = ByteReader(encoded(record()))
        #expect(try TraceRecord(from: &reader) == record())
        #expect(reader.remaining == 0)
    }

    @Test("that is cut anywhere is refused") func cut() {
        let whole = encoded(record())
        for length in 0..<whole.count {
            #expect(throws: WireError.self) {
                var reader = ByteReader(Array(whole.prefix(length)))
                _ = try TraceRecord(from: &reader)
            }
        }
    }

    @Test("of an unknown kind, with another number of registers, or with a text of a seventh argument is refused")
    func values() {
        for (place, value) in [(0, UInt8(3)), (29, 5), (29, 7), (78, 7), (79, 6)] {
            var bytes = encoded(record())
            bytes[place] = value
            #expect(throws: WireError.self, "byte \(place)") {
                var reader = ByteReader(bytes)
                _ = try TraceRecord(from: &reader)
            }
        }
    }
}
