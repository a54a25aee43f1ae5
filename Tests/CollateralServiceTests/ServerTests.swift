import Attestation
import AttestationTestSupport
import CollateralService
import Foundation
import Testing

@Suite("The collateral cache server")
struct ServerTests {
    let fixture: ServiceFixture

    init() throws { fixture = try ServiceFixture() }

    /// Runs a server on a free port while `body` does.
    func serving(_ store: CollateralStore, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = CollateralServer(store: store, configuration: .init(port: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { continuation.yield($0) } }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }

    func curl(_ port: Int, _ path: String) async throws -> (status: Int, headers: [String: String], body: [UInt8]) {
        let head = fixture.folder.appendingPathComponent("head-\(UUID().uuidString)")
        let body = fixture.folder.appendingPathComponent("body-\(UUID().uuidString)")
        try Data().write(to: body)
        let result = try await ProgramRun.aside(
            "/usr/bin/curl",
            [
                "-s", "-m", "30", "-D", head.path, "-o", body.path, "-w", "%{http_code}",
                "http://127.0.0.1:\(port)\(path)",
            ])
        var headers: [String: String] = [:]
        for line in try String(contentsOf: head, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return (Int(result.output) ?? 0, headers, [UInt8](try Data(contentsOf: body)))
    }

    @Test("answers clients of Intel's cache: paths, headers, encodings, statuses")
    func answers() async throws {
        let client = try fixture.client(try UpstreamServer(fixture.answers))
        try await serving(fixture.store(client)) { port in
            let tcb = try await curl(port, "/sgx/certification/v4/tcb?fmspc=\(Hex.text(ServiceFixture.fmspc).uppercased())")
            #expect(tcb.status == 200 && tcb.body == fixture.collateral.tcbInfo.envelope(member: "tcbInfo"))
            #expect(tcb.headers["tcb-info-issuer-chain"]?.removingPercentEncoding == fixture.collateral.tcbInfoIssuerChain)
            #expect(tcb.headers["request-id"]?.count == 32)
            let old = try await curl(port, "/sgx/certification/v3/tcb?fmspc=\(Hex.text(ServiceFixture.fmspc))")
            #expect(old.headers["sgx-tcb-info-issuer-chain"] != nil)
            let list = try await curl(port, "/sgx/certification/v4/pckcrl?ca=platform")
            #expect(list.body == Array(Hex.text(fixture.collateral.pckCRL).utf8))
            #expect(try await curl(port, "/sgx/certification/v4/pckcrl?ca=platform&encoding=der").body == fixture.collateral.pckCRL)
            let pem = try await curl(port, "/sgx/certification/v4/pckcrl?ca=platform&encoding=pem")
            let file = fixture.folder.appendingPathComponent("list.pem")
            try Data(pem.body).write(to: file)
            let text = try await ProgramRun.aside("/usr/bin/openssl", ["crl", "-in", file.path, "-noout", "-issuer"])
            #expect(text.status == 0 && text.output.contains("PCK Platform CA"), "\(text.output)")
            let rootList = try await curl(port, "/sgx/certification/v4/rootcacrl")
            #expect(rootList.body == Array(Hex.text(fixture.collateral.rootCRL).utf8))
            let uri = "https%3A%2F%2Fcertificates.trustedservices.intel.com%2FIntelSGXRootCA.der"
            #expect(try await curl(port, "/sgx/certification/v4/crl?uri=\(uri)").body == fixture.collateral.rootCRL)
            for (path, status) in [
                ("/", 404), ("/sgx/certification/v4/platforms", 404), ("/sgx/certification/v5/tcb", 404),
                ("/tdx/certification/v3/qe/identity", 404), ("/sgx/certification/v4/tcb", 400),
                ("/sgx/certification/v4/tcb?fmspc=zz", 400), ("/sgx/certification/v4/pckcrl?ca=other", 400),
                ("/sgx/certification/v4/tcb?fmspc=00906ed50000&fmspc=00906ed50000", 400),
                ("/sgx/certification/v4/crl?uri=file%3A%2F%2F%2Fetc%2Fpasswd", 400),
                ("/sgx/certification/v4/tcb?fmspc=00906ed50000", 404), ("/sgx/certification/v4/../../../etc/passwd", 404),
                ("/sgx/certification/v4/tcb?fmspc=00906ed50000&update=early&tcbEvaluationDataNumber=17", 400),
            ] {
                #expect(try await curl(port, path).status == status, "\(path)")
            }
        }
        await client.close()
    }

    @Test("is a service for further clients, and without one of its own serves what is cached and nothing else")
    func chained() async throws {
        let upstream = try UpstreamServer(fixture.answers)
        let first = try fixture.client(upstream)
        _ = try await fixture.wanted(fixture.store(first))
        await first.close()
        upstream.stop()
        let elsewhere = CollateralCache(directory: fixture.folder.appendingPathComponent("elsewhere").path)
        try await serving(fixture.store(nil)) { port in
            let client = CollateralClient(endpoints: [try CollateralEndpoint("http://127.0.0.1:\(port)/sgx/certification/v4/")])
            let store = CollateralStore(root: fixture.trusted, cache: elsewhere, client: client) { [fixture] in fixture.start }
            #expect(try await fixture.wanted(store) == fixture.collateral)
            await client.close()
            #expect(try await curl(port, "/tdx/certification/v4/qe/identity").status == 404)
        }
    }

    @Test("gives quote providers the PCK certificate of their platform, with what they read from its headers")
    func certificate() async throws {
        var answers = fixture.answers
        let path = "/sgx/certification/v4/pckcert"
        let chain = ServiceFixture.encoded(fixture.collateral.pckCRLIssuerChain)
        answers[path] = .init(headers: ["SGX-PCK-Certificate-Issuer-Chain": chain], body: Array(fixture.pckCertificate.utf8))
        let upstream = try UpstreamServer(answers)
        let client = try fixture.client(upstream)
        let query = "qeid=\(String(repeating: "01", count: 16))&cpusvn=\(String(repeating: "02", count: 16))&pcesvn=0100&pceid=5349"
        try await serving(fixture.store(client)) { port in
            for _ in 0..<2 {
                let answer = try await curl(port, "\(path)?\(query)")
                #expect(answer.status == 200 && answer.body == Array(fixture.pckCertificate.utf8))
                #expect(
                    answer.headers["sgx-pck-certificate-issuer-chain"]?.removingPercentEncoding
                        == fixture.collateral.pckCRLIssuerChain)
                #expect(answer.headers["sgx-fmspc"] == Hex.text(ServiceFixture.fmspc))
                #expect(answer.headers["sgx-pck-certificate-ca-type"] == "platform")
                #expect(answer.headers["sgx-tcbm"] == Hex.text(SoftwarePlatform.components) + "0100")
            }
            let unnamed = try await curl(port, "\(path)?cpusvn=00&pcesvn=0100&pceid=5349")
            #expect(unnamed.status == 400)
        }
        await client.close()
        #expect(upstream.requests.filter { $0.hasPrefix(path) } == ["\(path)?\(query)"])
    }

    @Test("registers no platforms, and says who does")
    func registration() async throws {
        try await serving(fixture.store(nil)) { port in
            for (path, status) in [("platforms", "501"), ("tcb", "404")] {
                let result = try await ProgramRun.aside(
                    "/usr/bin/curl",
                    ["-s", "-m", "30", "-d", "{}", "-w", " %{http_code}", "http://127.0.0.1:\(port)/sgx/certification/v4/\(path)"])
                #expect(result.output.hasSuffix(" \(status)"), "\(result.output)")
                #expect(result.output.contains("registration service") == (status == "501"))
            }
        }
    }

    @Test("gives out nothing that its root did not sign")
    func forged() async throws {
        let client = try fixture.client(try UpstreamServer(try ServiceFixture().answers))
        try await serving(fixture.store(client)) { port in
            for path in ["/sgx/certification/v4/qe/identity", "/sgx/certification/v4/rootcacrl"] {
                let answer = try await curl(port, path)
                #expect(answer.status == 502, "\(path)")
            }
        }
        await client.close()
    }
}
