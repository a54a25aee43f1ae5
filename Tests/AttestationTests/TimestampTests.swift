import Attestation
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "agree with the calendar in both directions",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_780_272_000, "2026-06-01T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"), (-86_400, "1969-12-31T00:00:00Z"),
        ])
    func calendar(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).iso8601 == text)
        #expect(Timestamp(iso8601: text)?.seconds == seconds)
    }

    @Test(
        "refuse other spellings",
        arguments: ["2026-06-01", "2026-06-01T00:00:00", "2026-13-01T00:00:00Z", "2026-06-01T25:00:00Z", "2026-06-01 00:00:00Z"])
    func spellings(text: String) { #expect(Timestamp(iso8601: text) == nil) }
}
