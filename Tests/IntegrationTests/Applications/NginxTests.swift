import Foundation
import Testing

/// Debian's nginx in one process, asked by curl.
@Suite("nginx in an enclave", .enabled(if: Release.isUsable, Release.need)) struct NginxTests {
    private static let address = "http://127.0.0.1:8080"

    @Test("Files come whole, in part and not again when nothing changed, over one connection that is kept") func files() throws {
        let enclave = try Enclave(example: "nginx")
        let server = try RunningApplication(enclave)
        try server.wait(forPort: 8080)
        let large = try Data(contentsOf: URL(filePath: "\(enclave.rootfs)/srv/large"))
        let whole = try server.ask(["curl", "-sS", "\(Self.address)/large"])
        #expect(whole.output == large, "\(whole.output.count) bytes; \(whole.errors) \(server.errors)")
        let part = try server.ask(["curl", "-sS", "-r", "500000-500099", "\(Self.address)/large"])
        #expect(part.output == large[500_000..<500_100])
        let page = try server.ask(["curl", "-sS", "-D", "-", "-o", "/dev/null", "\(Self.address)/"])
        let mark = page.text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("ETag: ") }.map { $0.dropFirst(6) } ?? ""
        let again = try server.ask(
            ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "If-None-Match: \(mark)", "\(Self.address)/"])
        #expect(again.text == "304")
        let kept = try server.ask(
            ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n", "\(Self.address)/?[1-50]"])
        #expect(kept.text == "200 1\n" + String(repeating: "200 0\n", count: 49), "\(kept.errors)")
    }

    @Test("Thirty-two clients at a time get a megabyte each") func crowd() throws {
        let server = try RunningApplication(try Enclave(example: "nginx"))
        try server.wait(forPort: 8080)
        let many = try server.ask(
            [
                "curl", "-sS", "-Z", "--parallel-max", "32", "-o", "/dev/null", "-w", "%{http_code} %{size_download}\n",
                "\(Self.address)/large?[1-64]",
            ])
        #expect(many.text == String(repeating: "200 1048576\n", count: 64), "\(many.errors) \(server.errors)")
    }

    @Test("Two gigabytes come through sixty-four connections", .enabled(if: Release.testsAreLong)) func load() throws {
        let server = try RunningApplication(try Enclave(example: "nginx"))
        try server.wait(forPort: 8080)
        let many = try server.ask(
            [
                "curl", "-sS", "-Z", "--parallel-max", "64", "-o", "/dev/null", "-w", "%{http_code} %{size_download}\n",
                "\(Self.address)/large?[1-2048]",
            ], within: 300)
        #expect(many.text == String(repeating: "200 1048576\n", count: 2048), "\(many.errors) \(server.errors)")
    }
}
