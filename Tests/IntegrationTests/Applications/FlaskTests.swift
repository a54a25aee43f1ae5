import Foundation
import Testing

/// Flask's threaded server, from wheels.
@Suite("Flask in an enclave", .enabled(if: Release.isUsable, Release.need)) struct FlaskTests {
    private static let address = "http://127.0.0.1:5000"

    @Test("Notes are put, listed and read again, forty at a time") func notes() throws {
        let server = try RunningApplication(try Enclave(example: "flask"))
        try server.wait(forPort: 5000)
        let note = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let kept = try server.ask(["curl", "-sS", "-T", "-", "\(Self.address)/notes/binary"], input: note)
        #expect(kept.text.contains("\"name\":\"binary\""), "\(kept.errors) \(server.errors)")
        #expect(try server.ask(["curl", "-sS", "\(Self.address)/notes/binary"]).output == note)
        let many = try server.ask(
            [
                "curl", "-sS", "-Z", "--parallel-max", "40", "-X", "PUT", "-d", "text", "-o", "/dev/null", "-w", "%{http_code}\n",
                "\(Self.address)/notes/n[10-49]",
            ])
        #expect(many.text == String(repeating: "201\n", count: 40), "\(many.errors) \(server.errors)")
        #expect(try server.ask(["curl", "-sS", "\(Self.address)/"]).text == "41 notes\n")
        let none = try server.ask(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "\(Self.address)/notes/none"])
        #expect(none.text == "404")
    }
}
