import Foundation
import Testing

/// python3's ssl as server and as client.
@Suite("TLS of python3 in an enclave", .enabled(if: Release.isUsable, Release.need)) struct PythonTLSTests {
    @Test("The program trusts its own certificate under its own name only, and openssl outside can talk to it")
    func conversation() throws {
        let enclave = try Enclave(example: "python-tls")
        let server = try RunningApplication(enclave)
        try server.wait(forOutput: "ready")
        #expect(
            server.output == """
                TLSv1.3 HELLO FROM INSIDE
                Hostname mismatch, certificate is not valid for 'another.example'.
                self-signed certificate
                ready

                """)
        // openssl ends with its input, so that stays open until the answer can be there.
        let script = """
            (echo to the enclave; sleep 1) | openssl s_client -quiet -no_ign_eof -verify_return_error -servername localhost \
                -verify_hostname localhost -CAfile '\(enclave.rootfs)/app/certificate.pem' -connect 127.0.0.1:8443
            """
        let answer = try server.ask(["/bin/sh", "-c", script])
        #expect(answer.text == "TO THE ENCLAVE\n", "\(answer.errors)")
    }
}
