import Attestation
import AttestationTestSupport
import CollateralService
import Crypto
import Foundation
import SwiftASN1
import Testing
import X509

@Suite("A platform's PCK certificate")
struct PlatformCertificateTests {
    private static let path = "/sgx/certification/v4/"
    private static let moment = Timestamp(seconds: 1_780_272_000)
    private static let ppid = String(repeating: "ab", count: 384)

    let fixture: ServiceFixture

    init() throws { fixture = try ServiceFixture() }

    /// What the retrieval tool writes of a platform whose sixteen components have this version.
    static func line(_ version: UInt8, pceSVN: String = "0d00", manifest: String = "", ppid: String = ppid) -> String {
        let versions = Hex.text([UInt8](repeating: version, count: 16))
        return "\(ppid),0000,\(versions),\(pceSVN),\(String(repeating: "cd", count: 16))" + (manifest.isEmpty ? "" : ",\(manifest)")
            + "\r\n"
    }

    /// A certificate of the synthetic CA, or of another that only has its name, for a platform whose components have this version.
    static func certificate(
        _ version: UInt8, pceSVN: UInt16, ppid: UInt8 = 7, signedBy key: P256.Signing.PrivateKey? = nil
    ) throws -> String {
        let collateral = try Vectors.collateral("synthetic/up-to-date/collateral.json")
        let authority = try #require(try PlatformCertificate.chain(pem: Array(collateral.pckCRLIssuerChain.utf8)).first)
        let own = String(decoding: try Vectors.bytes("synthetic/key-ca.pem"), as: UTF8.self)
        let versions = [UInt8](repeating: version, count: 16)
        let facts = PCKExtension(
            ppid: [UInt8](repeating: ppid, count: 16), components: versions, pceSVN: pceSVN, cpuSVN: versions, pceID: [0, 0],
            fmspc: [0xff, 0xee, 0, 0, 0, 0])
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(P256.Signing.PrivateKey().publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(moment.seconds - 3_600)),
            notValidAfter: Date(timeIntervalSince1970: Double(moment.adding(days: 365).seconds)),
            issuer: DistinguishedName(derEncoded: authority.subject),
            subject: DistinguishedName { CommonName("Intel SGX PCK Certificate") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: .init([.init(oid: [1, 2, 840, 113741, 1, 13, 1], critical: false, value: try facts.der()[...])]),
            issuerPrivateKey: .init(try key ?? P256.Signing.PrivateKey(pemRepresentation: own)))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return try PlatformCertificate(der: serializer.serializedBytes).pem
    }

    /// A service that knows these certificates of the platform.
    private func service(_ certificates: [String?], certificate: String = "") throws -> UpstreamServer {
        let collateral = try Vectors.collateral("synthetic/up-to-date/collateral.json")
        let list = try JSONEncoder().encode(certificates.map { ["cert": $0.map(ServiceFixture.encoded) ?? "Not available"] })
        let chain = ServiceFixture.encoded(collateral.pckCRLIssuerChain)
        return try UpstreamServer([
            "\(Self.path)pckcerts": .init(headers: ["SGX-PCK-Certificate-Issuer-Chain": chain], body: [UInt8](list)),
            "\(Self.path)pckcert": .init(headers: ["SGX-PCK-Certificate-Issuer-Chain": chain], body: Array(certificate.utf8)),
            "\(Self.path)qe/identity": .init(
                headers: ["SGX-Enclave-Identity-Issuer-Chain": ServiceFixture.encoded(collateral.qeIdentityIssuerChain)],
                body: collateral.qeIdentity.envelope(member: "enclaveIdentity")),
            "\(Self.path)pckcrl": .init(headers: ["SGX-PCK-CRL-Issuer-Chain": chain], body: collateral.pckCRL),
            "\(Self.path)rootcacrl": .init(body: collateral.rootCRL),
            "\(Self.path)tcb": .init(
                headers: ["TCB-Info-Issuer-Chain": ServiceFixture.encoded(collateral.tcbInfoIssuerChain)],
                body: collateral.tcbInfo.envelope(member: "tcbInfo")),
        ])
    }

    private func store(_ client: CollateralClient?) throws -> CollateralStore {
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        return CollateralStore(root: .named(fingerprint: root.fingerprint), cache: fixture.cache, client: client) { Self.moment }
    }

    private func chosen(_ line: String, among certificates: [String?]) async throws -> String {
        let client = try fixture.client(try service(certificates))
        let record = try #require(PlatformRecord(line))
        let result: Result<VerifiedItem, any Error>
        do { result = .success(try await store(client).certificate(of: record)) } catch { result = .failure(error) }
        await client.close()
        return String(decoding: try result.get().item.content, as: UTF8.self)
    }

    @Test("is the one whose TCB level is the highest that the platform reaches, however the list is sorted")
    func best() async throws {
        guard Vectors.directory != nil else { return }
        // The level of sevens wants PCE 13: with PCE 11 it is the level of fives, below that of sixes.
        let (ten, nine) = (try Self.certificate(10, pceSVN: 13), try Self.certificate(9, pceSVN: 13))
        let (seven, six) = (try Self.certificate(7, pceSVN: 11), try Self.certificate(6, pceSVN: 13))
        for list in [[ten, nil, nine, seven, six], [six, seven, nine, nil, ten]] {
            #expect(try await chosen(Self.line(12), among: list) == ten)
            #expect(try await chosen(Self.line(10), among: list) == ten)
            #expect(try await chosen(Self.line(9), among: list) == nine)
            #expect(try await chosen(Self.line(7), among: list) == six)
            #expect(try await chosen(Self.line(10, pceSVN: "0c00"), among: list) == seven)
        }
    }

    @Test("is asked for by encrypted PPID, or by manifest where there is one, and then lies in the cache for its quote provider")
    func asked() async throws {
        guard Vectors.directory != nil else { return }
        let certificate = try Self.certificate(10, pceSVN: 13)
        for (manifest, request) in [
            ("", "\(Self.path)pckcerts?encrypted_ppid=\(Self.ppid)&pceid=0000"),
            ("0badcafe", "POST \(Self.path)pckcerts {\"platformManifest\":\"0badcafe\",\"pceid\":\"0000\"}"),
        ] {
            try? FileManager.default.removeItem(atPath: fixture.cache.directory)
            let upstream = try service([certificate])
            let client = try fixture.client(upstream)
            let record = try #require(PlatformRecord(Self.line(10, manifest: manifest)))
            _ = try await store(client).certificate(of: record)
            await client.close()
            #expect(upstream.requests.first == request)
            // The platform's provider encrypts the PPID anew.
            let again = try #require(PlatformRecord(Self.line(10, ppid: String(repeating: "ba", count: 384))))
            let cached = try await store(nil).item(.pckCertificate(again.query))
            #expect(cached.item.content == Array(certificate.utf8))
            let updated = try #require(PlatformRecord(Self.line(11)))
            await #expect(throws: CollateralServiceError.self) { try await store(nil).item(.pckCertificate(updated.query)) }
        }
    }

    @Test("is refused when the list holds none, or none that is readable, of this one platform and within its versions")
    func refused() async throws {
        guard Vectors.directory != nil else { return }
        let other = fixture.pckCertificate
        for (list, words) in [
            ([], "no certificate was issued for this platform"), ([nil], "no certificate was issued for this platform"),
            ([try Self.certificate(9, pceSVN: 13), try Self.certificate(10, pceSVN: 13, ppid: 8)], "of several platforms"),
            ([try Self.certificate(11, pceSVN: 13)], "asks for more than the platform has"),
            ([other], "of another PCEID"), (["no PEM"], "is not URL-encoded PEM"),
        ] as [([String?], String)] {
            let error = await #expect(throws: CollateralServiceError.self) { try await chosen(Self.line(10), among: list) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test("is not believed when another CA of the same name issued it, though all it says fits")
    func forged() async throws {
        guard Vectors.directory != nil else { return }
        let forged = try Self.certificate(10, pceSVN: 13, signedBy: P256.Signing.PrivateKey())
        let error = await #expect(throws: CollateralServiceError.self) { try await chosen(Self.line(10), among: [forged]) }
        #expect(error?.description.contains("is not believed") == true, "\(String(describing: error))")
    }

    @Test("is asked for with a record of the retrieval tool only: five or six fields in hexadecimal that name a platform")
    func records() throws {
        let record = try #require(PlatformRecord(Self.line(10, manifest: "0badcafe")))
        #expect(record.query.pceSVN == [0x0d, 0] && record.manifest == [0x0b, 0xad, 0xca, 0xfe])
        #expect(PlatformRecord(Self.line(10, ppid: String(repeating: "00", count: 384))) == nil)
        let zero = PlatformRecord(Self.line(10, manifest: "01", ppid: String(repeating: "00", count: 384)))
        #expect(zero?.query.encryptedPPID == nil && zero?.manifest == [1])
        for text in [
            "", "a,b", Self.line(10) + Self.line(9), Self.line(10, ppid: "ab"), Self.line(10, pceSVN: "0d"), "\(Self.line(10)),,",
        ] {
            #expect(PlatformRecord(text) == nil, "\(text)")
        }
    }

    /// The synthetic quote as a platform makes it that has no certificate: certification data are signed by nobody.
    private static func quoteWithoutCertificate() throws -> [UInt8] {
        let quote = try Vectors.bytes("synthetic/up-to-date/quote.bin")
        let certification = try Quote(parsing: quote).signatureData.certification
        let reference = try #require(Hex.bytes(ppid)) + [UInt8](repeating: 10, count: 16) + [13, 0, 0, 0]
        let kept = Array(quote.dropLast(certification.bytes.count + 6))
        func little(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } }
        var made = kept + [3, 0] + little(reference.count) + reference
        made.replaceSubrange(432..<436, with: little(made.count - 436))
        return made
    }

    @Test("is fetched for a quote that carries none, which is then judged like any other, with the bundle's copy as well")
    func quoteWithoutCertificate() async throws {
        guard Vectors.directory != nil else { return }
        let quote = try Self.quoteWithoutCertificate()
        let own = try Quote(parsing: try Vectors.bytes("synthetic/up-to-date/quote.bin")).signatureData.certification.bytes
        let leaf = try #require(try PlatformCertificate.chain(pem: own.filter { $0 != 0 }).first)
        let upstream = try service([], certificate: leaf.pem)
        let client = try fixture.client(upstream)
        let collateral = try await store(client).collateral(for: CollateralSubject(quote: quote))
        await client.close()
        #expect(upstream.requests.first?.hasPrefix("\(Self.path)pckcert?encrypted_ppid=\(Self.ppid)&cpusvn=0a0a") == true)
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        let verifier = Verifier(roots: [.named(fingerprint: root.fingerprint)])
        for collateral in [collateral, try Collateral(json: Array(collateral.bundle.utf8))] {
            #expect(try verifier.verify(quote: quote, collateral: collateral, at: Self.moment).status == .upToDate)
        }
    }
}
