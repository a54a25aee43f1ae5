import Attestation
import AttestationTestSupport
import CollateralService
import Foundation
import Testing

@Suite("Recorded answers of Intel's service")
struct IntelTests {
    /// Within the validity of everything that was recorded.
    static let moment = Timestamp(iso8601: "2025-06-01T00:00:00Z")!

    static let recorded: [(file: String, request: CollateralRequest)] = [
        ("sgx_tcb_info_00906ED50000", .tcbInfo(.sgx, fmspc: [0x00, 0x90, 0x6e, 0xd5, 0, 0], .standard)),
        ("tdx_tcb_info_00806F050000", .tcbInfo(.tdx, fmspc: [0x00, 0x80, 0x6f, 0x05, 0, 0], .standard)),
        ("sgx_qe_identity", .identity(.quotingEnclave, .standard)),
        ("sgx_qe_identity_v3", .identity(.quotingEnclave, .standard)),
        ("sgx_qve_identity", .identity(.quoteVerificationEnclave, .standard)),
        ("sgx_qae_identity", .identity(.quoteAppraisalEnclave, .standard)),
        ("tdx_qe_identity", .identity(.tdQuotingEnclave, .standard)),
        ("sgx_tcb_eval_nums", .evaluationNumbers(.sgx)),
        ("tdx_tcb_eval_nums", .evaluationNumbers(.tdx)),
        ("pck_crl_platform", .pckCRL(.platform)),
        ("pck_crl_processor", .pckCRL(.processor)),
        ("pck_crl_processor_der", .pckCRL(.processor)),
    ]

    static func strings(_ file: String) throws -> [String: String] {
        guard let vectors = Vectors.directory else { return [:] }
        let data = try Data(contentsOf: vectors.appendingPathComponent("pcs-responses/\(file).json"))
        return (try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]).compactMapValues { $0 as? String }
    }

    /// A root list of the time, from the collateral of a recorded quote.
    static func rootCRL(at moment: Timestamp) throws -> [UInt8] {
        guard let vectors = Vectors.directory else { return [] }
        let quotes = vectors.appendingPathComponent("quotes")
        for folder in try FileManager.default.contentsOfDirectory(atPath: quotes.path).sorted() {
            for name in try FileManager.default.contentsOfDirectory(atPath: quotes.appendingPathComponent(folder).path)
            where name.hasPrefix("collateral") {
                let data = try Data(contentsOf: quotes.appendingPathComponent("\(folder)/\(name)"))
                guard let collateral = try? Collateral(json: [UInt8](data)) else { continue }
                let verifier = ItemVerifier(root: .intel)
                guard let root = try? verifier.rootCertificate(of: collateral.tcbInfoIssuerChain) else { continue }
                let item = CollateralItem(kind: .rootCRL, content: collateral.rootCRL, issuerChain: root.pem)
                if (try? verifier.verify(item, rootCRL: collateral.rootCRL, at: moment)) != nil { return collateral.rootCRL }
            }
        }
        return []
    }

    @Test("are believed under Intel's root, through a client and a cache, in each of their encodings")
    func genuine() async throws {
        guard Vectors.directory != nil else { return }
        let list = try Self.rootCRL(at: Self.moment)
        try #require(!list.isEmpty, "no recorded root list is valid at \(Self.moment.iso8601)")
        for (file, request) in Self.recorded {
            let fields = try Self.strings(file)
            let body =
                fields["crl_data_base64"].flatMap { Data(base64Encoded: $0) }.map(Array.init)
                ?? Array(
                    (fields["tcb_info_json"] ?? fields["enclave_identity_json"] ?? fields["crl_data"]
                        ?? fields.first { $0.key.hasSuffix("json") }?.value ?? "").utf8)
            let chain = ServiceFixture.encoded(
                try #require(fields.first { $0.key.hasSuffix("issuer_chain") }?.value, "\(file): \(fields.keys)"))
            let names = [
                "TCB-Info-Issuer-Chain", "SGX-Enclave-Identity-Issuer-Chain", "SGX-PCK-CRL-Issuer-Chain",
                "TCB-Evaluation-Data-Numbers-Issuer-Chain",
            ]
            let answer = UpstreamServer.Answer(headers: Dictionary(uniqueKeysWithValues: names.map { ($0, chain) }), body: body)
            let paths = ["sgx", "tdx"].flatMap { tee in
                ["tcb", "qe/identity", "qve/identity", "qae/identity", "pckcrl", "tcbevaluationdatanumbers"].map {
                    "/\(tee)/certification/v4/\($0)"
                }
            }
            var answers = Dictionary(uniqueKeysWithValues: paths.map { ($0, answer) })
            answers["/sgx/certification/v4/rootcacrl"] = .init(body: list)
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let upstream = try UpstreamServer(answers)
            let client = CollateralClient(endpoints: [try CollateralEndpoint("http://127.0.0.1:\(upstream.port)")])
            let store = CollateralStore(root: .intel, cache: CollateralCache(directory: folder.path), client: client) {
                Self.moment
            }
            let item = try await store.item(request)
            await client.close()
            #expect(item.period.contains(Self.moment), "\(file)")
            #expect(Array(item.item.content) == body || request.name.contains("CRL"), "\(file)")
        }
    }

    @Test("are refused after their end, and where the answer is of another platform than was asked for")
    func wrong() async throws {
        guard Vectors.directory != nil else { return }
        let fields = try Self.strings("sgx_qve_identity")
        let chain = ServiceFixture.encoded(fields.first { $0.key.hasSuffix("issuer_chain") }?.value ?? "")
        let identity = UpstreamServer.Answer(
            headers: ["SGX-Enclave-Identity-Issuer-Chain": chain], body: Array((fields["enclave_identity_json"] ?? "").utf8))
        let upstream = try UpstreamServer([
            "/sgx/certification/v4/qe/identity": identity, "/sgx/certification/v4/qve/identity": identity,
            "/sgx/certification/v4/rootcacrl": .init(body: try Self.rootCRL(at: Self.moment)),
        ])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let client = CollateralClient(endpoints: [try CollateralEndpoint("http://127.0.0.1:\(upstream.port)")])
        let cases: [(EnclaveIdentityKind, Timestamp, String)] = [
            (.quotingEnclave, Self.moment, "it is of QVE"), (.quoteVerificationEnclave, Self.moment.adding(days: 40), "ended at"),
        ]
        for (kind, moment, words) in cases {
            let store = CollateralStore(root: .intel, cache: CollateralCache(directory: folder.path), client: client) { moment }
            let error = await #expect(throws: CollateralServiceError.self) { try await store.item(.identity(kind, .standard)) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        await client.close()
    }
}
