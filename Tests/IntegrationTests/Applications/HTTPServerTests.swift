import Foundation
import Testing

/// python3 -m http.server, asked by curl.
@Suite("http.server in an enclave", .enabled(if: Release.isUsable, Release.need)) struct HTTPServerTests {
    @Test("A page comes as it is in the tree, what is not there is 404, and twenty requests at a time are answered")
    func requests() throws {
        let enclave = try Enclave(example: "http-server")
        let server = try RunningApplication(enclave)
        try server.wait(forPort: 8000)
        let page = try server.ask(["curl", "-sS", "http://127.0.0.1:8000/"])
        #expect(page.output == (try Data(contentsOf: URL(filePath: "\(enclave.rootfs)/srv/index.html"))), "\(page.errors)")
        let missing = try server.ask(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:8000/nothing"])
        #expect(missing.text == "404")
        let many = try server.ask(
            [
                "curl", "-sS", "-Z", "--parallel-max", "20", "-o", "/dev/null", "-w", "%{http_code}\n",
                "http://127.0.0.1:8000/index.html?[1-100]",
            ])
        #expect(many.text == String(repeating: "200\n", count: 100), "\(many.errors) \(server.errors)")
    }
}
