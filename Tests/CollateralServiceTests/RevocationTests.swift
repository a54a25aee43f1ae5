import Attestation
import AttestationTestSupport
import CollateralService
import Foundation
import Testing

/// The synthetic chain's PCK certificate, with a list of its CA that does not name it and one that does.
@Suite("Cached PCK certificates that their CA revoked")
struct RevocationTests {
    private static let path = "/sgx/certification/v4/"
    private static let moment = Timestamp(seconds: 1_780_272_000)

    let fixture: ServiceFixture

    init() throws { fixture = try ServiceFixture() }

    private func store(_ client: CollateralClient?, later seconds: Int64 = 0) throws -> CollateralStore {
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        let now = Timestamp(seconds: Self.moment.seconds + seconds)
        return CollateralStore(
            root: .named(fingerprint: root.fingerprint), cache: fixture.cache, client: client, maximumAge: seconds > 0 ? 0 : nil
        ) { now }
    }

    private func client(_ collateral: Collateral) throws -> CollateralClient {
        let quote = try Quote(parsing: try Vectors.bytes("synthetic/up-to-date/quote.bin"))
        let pem = String(decoding: quote.signatureData.certification.bytes, as: UTF8.self)
        let leaf = pem[..<(pem.range(of: "-----END CERTIFICATE-----\n")?.upperBound ?? pem.endIndex)]
        let chain = ServiceFixture.encoded(collateral.pckCRLIssuerChain)
        return try fixture.client(
            try UpstreamServer([
                "\(Self.path)pckcert": .init(headers: ["SGX-PCK-Certificate-Issuer-Chain": chain], body: Array(leaf.utf8)),
                "\(Self.path)pckcrl": .init(headers: ["SGX-PCK-CRL-Issuer-Chain": chain], body: collateral.pckCRL),
                "\(Self.path)rootcacrl": .init(body: collateral.rootCRL),
            ]))
    }

    private func request() throws -> CollateralRequest {
        .pckCertificate(
            try #require(
                PCKCertificateQuery(
                    encryptedPPID: nil, quotingEnclaveID: [1], cpuSVN: [UInt8](repeating: 2, count: 16), pceSVN: [1, 0],
                    pceID: [0, 0])))
    }

    @Test("are given out before, and after the list came refused with the reason, from the cache and from a service alike")
    func revoked() async throws {
        guard Vectors.directory != nil else { return }
        let client = try client(try Vectors.collateral("synthetic/up-to-date/collateral.json"))
        let request = try request()
        #expect(try await store(client).item(request).request == request)
        await client.close()
        #expect(try await store(nil).item(request).request == request)
        let revoking = try Vectors.collateral("synthetic/pck-revoked/collateral.json")
        _ = try store(nil).add(revoking)
        let error = await #expect(throws: CollateralServiceError.self) { try await store(nil).item(request) }
        #expect(error?.description.contains("revoked") == true, "\(String(describing: error))")
        let again = try self.client(revoking)
        let second = await #expect(throws: CollateralServiceError.self) { try await store(again).item(request) }
        #expect(second?.description.contains("revoked") == true, "\(String(describing: second))")
        await again.close()
    }

    @Test("are not given out for want of a newer one when the list that came with the question names them")
    func revokedMeanwhile() async throws {
        guard Vectors.directory != nil else { return }
        let client = try client(try Vectors.collateral("synthetic/up-to-date/collateral.json"))
        let request = try request()
        _ = try await store(client).item(request)
        await client.close()
        let again = try self.client(try Vectors.collateral("synthetic/pck-revoked/collateral.json"))
        let error = await #expect(throws: CollateralServiceError.self) { try await store(again, later: 60).item(request) }
        #expect(error?.description.contains("revoked") == true, "\(String(describing: error))")
        await again.close()
    }

    @Test("are not believed where the list of their CA cannot be had")
    func noList() async throws {
        guard Vectors.directory != nil else { return }
        let request = try request()
        let client = try client(try Vectors.collateral("synthetic/up-to-date/collateral.json"))
        _ = try await store(client).item(request)
        await client.close()
        for key in fixture.cache.keys() where key.contains("pck-crl") {
            try FileManager.default.removeItem(atPath: "\(fixture.cache.directory)/\(key).collateral")
        }
        let error = await #expect(throws: CollateralServiceError.self) { try await store(nil).item(request) }
        #expect(
            error?.description.contains("PCK CRL of the platform CA is not in the cache") == true, "\(String(describing: error))")
    }
}
