import Attestation
import AttestationTestSupport
import CollateralService
import Crypto
import Foundation
import Testing

@Suite("Collateral endpoints")
struct EndpointTests {
    static let fmspc: [UInt8] = [0x00, 0x90, 0x6e, 0xd5, 0, 0]
    static let query = PCKCertificateQuery(
        encryptedPPID: [UInt8](repeating: 0xab, count: 384), quotingEnclaveID: nil, cpuSVN: [UInt8](repeating: 1, count: 16),
        pceSVN: [0x0d, 0], pceID: [0, 0])

    @Test(
        "of Intel's interface are asked at its paths",
        arguments: [
            (CollateralRequest.tcbInfo(.sgx, fmspc: fmspc, .standard), "/sgx/certification/v4/tcb?fmspc=00906ed50000"),
            (.tcbInfo(.tdx, fmspc: fmspc, .early), "/tdx/certification/v4/tcb?fmspc=00906ed50000&update=early"),
            (
                .tcbInfo(.sgx, fmspc: fmspc, .evaluationNumber(17)),
                "/sgx/certification/v4/tcb?fmspc=00906ed50000&tcbEvaluationDataNumber=17"
            ),
            (.identity(.quotingEnclave, .standard), "/sgx/certification/v4/qe/identity"),
            (.identity(.tdQuotingEnclave, .standard), "/tdx/certification/v4/qe/identity"),
            (.identity(.quoteVerificationEnclave, .early), "/sgx/certification/v4/qve/identity?update=early"),
            (.identity(.quoteAppraisalEnclave, .standard), "/sgx/certification/v4/qae/identity"),
            (.pckCRL(.processor), "/sgx/certification/v4/pckcrl?ca=processor&encoding=der"),
            (.evaluationNumbers(.tdx), "/tdx/certification/v4/tcbevaluationdatanumbers"),
            (
                .pckCertificate(query!),
                "/sgx/certification/v4/pckcert?encrypted_ppid=\(String(repeating: "ab", count: 384))"
                    + "&cpusvn=\(String(repeating: "01", count: 16))&pcesvn=0d00&pceid=0000"
            ),
        ])
    func paths(request: CollateralRequest, path: String) async throws {
        let upstream = try UpstreamServer([:])
        let client = CollateralClient(endpoints: [try CollateralEndpoint("http://127.0.0.1:\(upstream.port)/sgx/certification/v4/")]
        )
        let fixture = try ServiceFixture()
        await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(request) }
        await client.close()
        #expect(upstream.requests == [path])
    }

    @Test("that send their answer a byte at a time are given up as a whole, however often a byte comes")
    func slow() async throws {
        let upstream = try UpstreamServer([
            "/sgx/certification/v4/pckcrl": .init(body: [UInt8](repeating: 1, count: 4000), pause: 0.05)
        ])
        let endpoint = try CollateralEndpoint("http://127.0.0.1:\(upstream.port)/sgx/certification/v4/")
        let client = CollateralClient(endpoints: [endpoint], patience: .seconds(1))
        let fixture = try ServiceFixture()
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(.pckCRL(.processor)) }
        #expect(error?.description.contains("not complete after 1 s") == true, "\(String(describing: error))")
        await client.close()
    }

    @Test("of version 3 know neither TDX nor early data, and say so without asking")
    func version3() async throws {
        let upstream = try UpstreamServer([:])
        let endpoint = try CollateralEndpoint("http://127.0.0.1:\(upstream.port)/sgx/certification/v3")
        let client = CollateralClient(endpoints: [endpoint])
        let fixture = try ServiceFixture()
        for request in [CollateralRequest.tcbInfo(.tdx, fmspc: Self.fmspc, .standard), .identity(.quotingEnclave, .early)] {
            let error = await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(request) }
            #expect(error?.description.contains("version 3") == true)
        }
        await #expect(throws: CollateralServiceError.self) {
            try await fixture.store(client).item(.tcbInfo(.sgx, fmspc: Self.fmspc, .standard))
        }
        await client.close()
        #expect(upstream.requests == ["/sgx/certification/v3/tcb?fmspc=00906ed50000"])
    }

    @Test(
        "that are none are refused with how to write one",
        arguments: [
            "localhost:8081", "ftp://x/", "https://", "https://x/sgx/certification/v5/", "https://x/?a=b", "https://user@x/",
            "https://x y/",
        ])
    func bad(url: String) {
        let error = #expect(throws: CollateralServiceError.self) { try CollateralEndpoint(url) }
        #expect(error?.description.contains("https://host:port/sgx/certification/v4/") == true)
    }

    @Test("sign their own certificates: they are believed by name of that certificate only, and get the key over TLS alone")
    func tls() async throws {
        let fixture = try ServiceFixture()
        let key = try await Self.selfSigned(in: fixture.folder, "service")
        let other = try await Self.selfSigned(in: fixture.folder, "other")
        let upstream = try UpstreamServer([:], certificate: key)
        let url = "https://127.0.0.1:\(upstream.port)/sgx/certification/v4/"
        let secret = fixture.folder.appendingPathComponent("secret")
        try Data("0123456789abcdef\n".utf8).write(to: secret)
        let request = CollateralRequest.pckCertificate(Self.query!)
        for trust in [CollateralEndpoint.Trust.system, .certificates(path: other.path), .certificates(path: key.path)] {
            let endpoint = try CollateralEndpoint(url, trust: trust, key: SubscriptionKey(path: secret.path))
            let client = CollateralClient(endpoints: [endpoint])
            let error = await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(request) }
            await client.close()
            let text = try #require(error?.description)
            #expect(text.contains(trust == .certificates(path: key.path) ? "status 404" : "cannot reach"), "\(text)")
            #expect(!text.contains("0123456789abcdef"))
        }
        #expect(upstream.requests.count == 1 && upstream.requests.first?.hasSuffix(" 0123456789abcdef") == true)
        #expect(throws: CollateralServiceError.self) {
            try CollateralEndpoint("http://127.0.0.1:1/", key: SubscriptionKey(path: secret.path))
        }
    }

    @Test("are believed by the SHA-256 of a certificate that signed itself, and told nothing when it is another one")
    func pinned() async throws {
        let fixture = try ServiceFixture()
        let key = try await Self.selfSigned(in: fixture.folder, "service")
        let upstream = try UpstreamServer(fixture.answers, certificate: key)
        let url = "https://127.0.0.1:\(upstream.port)/sgx/certification/v4/"
        let der = fixture.folder.appendingPathComponent("service.der")
        let made = try await ProgramRun.aside("/usr/bin/openssl", ["x509", "-in", key.path, "-outform", "DER", "-out", der.path])
        #expect(made.status == 0, "\(made.output)")
        let fingerprint = Array(SHA256.hash(data: try Data(contentsOf: der)))
        let wrong = CollateralClient(endpoints: [try CollateralEndpoint(url, trust: .fingerprint([UInt8](repeating: 1, count: 32)))]
        )
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.wanted(fixture.store(wrong)) }
        #expect(error?.description.contains("has the SHA-256 \(Hex.text(fingerprint))") == true, "\(String(describing: error))")
        await wrong.close()
        #expect(upstream.requests.isEmpty)
        let right = CollateralClient(endpoints: [try CollateralEndpoint(url, trust: .fingerprint(fingerprint))])
        #expect(try await fixture.wanted(fixture.store(right)) == fixture.collateral)
        await right.close()
        #expect(throws: CollateralServiceError.self) { try CollateralEndpoint("http://x/", trust: .fingerprint(fingerprint)) }
    }

    @Test("whose certificate an authority signed are not believed by its fingerprint, which says to name the authority")
    func pinnedForeign() async throws {
        let fixture = try ServiceFixture()
        let authority = try await Self.selfSigned(in: fixture.folder, "authority")
        let script = """
            cd \(fixture.folder.path) && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf.key \
            -subj /CN=leaf -out leaf.csr && openssl x509 -req -in leaf.csr -CA \(authority.path) -CAkey \(authority.path) -CAcreateserial \
            -days 2 -out leaf.crt && cat leaf.key leaf.crt >leaf.pem && openssl x509 -in leaf.crt -outform DER -out leaf.der
            """
        let made = try await ProgramRun.aside("/bin/bash", ["-c", script])
        try #require(made.status == 0, "\(made.output)")
        let upstream = try UpstreamServer([:], certificate: fixture.folder.appendingPathComponent("leaf.pem"))
        let fingerprint = Array(SHA256.hash(data: try Data(contentsOf: fixture.folder.appendingPathComponent("leaf.der"))))
        let url = "https://127.0.0.1:\(upstream.port)/sgx/certification/v4/"
        let client = CollateralClient(endpoints: [try CollateralEndpoint(url, trust: .fingerprint(fingerprint))])
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.wanted(fixture.store(client)) }
        #expect(error?.description.contains("its authority is to be named instead") == true, "\(String(describing: error))")
        await client.close()
    }

    /// Key and certificate in one PEM file.
    static func selfSigned(in folder: URL, _ name: String) async throws -> URL {
        let file = folder.appendingPathComponent("\(name).pem")
        let certificate = folder.appendingPathComponent("\(name).crt")
        let result = try await ProgramRun.aside(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file.path, "-out",
                certificate.path, "-subj", "/CN=\(name)", "-days", "2",
            ])
        try #require(result.status == 0, "\(result.output)")
        try (Data(contentsOf: file) + Data(contentsOf: certificate)).write(to: file)
        return file
    }
}
