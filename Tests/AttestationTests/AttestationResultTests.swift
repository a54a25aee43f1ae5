import Attestation
import AttestationTestSupport
import Crypto
import Foundation
import Testing

@Suite("Attestation results as EAR tokens")
struct AttestationResultTests {
    /// Payload and header of a token, after OpenSSL found its signature good.
    static func opened(_ token: String, _ key: VerifierKey, in folder: URL) throws -> (header: JSONValue, claims: JSONValue) {
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        func bytes(_ text: String) throws -> [UInt8] {
            var base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
            while base64.count % 4 != 0 { base64 += "=" }
            return [UInt8](try #require(Data(base64Encoded: base64)))
        }
        let raw = try P256.Signing.ECDSASignature(rawRepresentation: try bytes(parts[2]))
        for (name, data) in [
            ("signed", Data((parts[0] + "." + parts[1]).utf8)), ("signature", raw.derRepresentation),
            ("key.pem", Data(key.publicKeyPEM.utf8)),
        ] { try data.write(to: folder.appendingPathComponent(name)) }
        let result = try ProgramRun(
            "/usr/bin/openssl",
            [
                "dgst", "-sha256", "-verify", folder.appendingPathComponent("key.pem").path, "-signature",
                folder.appendingPathComponent("signature").path, folder.appendingPathComponent("signed").path,
            ])
        #expect(result.status == 0, "\(result.output) (apt-get install openssl)")
        return (try JSONReader.parse(bytes(parts[0])), try JSONReader.parse(bytes(parts[1])))
    }

    @Test("are JWTs that OpenSSL verifies, of the profile and with the claims that relying parties look for")
    func token() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        let report = VerdictReport(try platform.judge(try platform.quote(), try platform.policy()))
        #expect(report.outcome == .accepted)
        let key = VerifierKey()
        let result = AttestationResult(report, policyID: "urn:test", nonce: [1, 2, 3, 4, 5, 6, 7, 8], issued: platform.now)
        let (header, claims) = try Self.opened(try result.token(signedBy: key), key, in: platform.state)
        #expect(header["alg"]?.string == "ES256" && header["kid"]?.string == key.keyID)
        #expect(claims["eat_profile"]?.string == "tag:github.com,2023:veraison/ear")
        #expect(claims["iat"]?.integer == platform.now.seconds && claims["exp"]?.integer == platform.now.seconds + 300)
        #expect(claims["eat_nonce"]?.string == "AQIDBAUGBwg")
        #expect(claims["ear.verifier-id"]?["build"]?.string != nil && claims["ear.verifier-id"]?["developer"]?.string != nil)
        let appraisal = try #require(claims["submods"]?["cpu0"])
        #expect(appraisal["ear.appraisal-policy-id"]?.string == "urn:test")
        let body = try #require(appraisal["ear.veraison.annotated-evidence"]?["sgx"]?["body"])
        #expect(body["mr_enclave"]?.string == Hex.text(SoftwarePlatformFixture.measurement))
        #expect(body["mr_signer"]?.string == Hex.text(SoftwarePlatformFixture.signer))
        #expect(body["isv_prod_id"]?.string == "0700" && body["isv_svn"]?.string == "0300")
        #expect(body["report_data"]?.string == Hex.text(SoftwarePlatformFixture.reportData))
        #expect(appraisal["ear.veraison.annotated-evidence"]?["sgx"]?["tcb_status"]?.string == "UpToDate")
    }

    @Test("never affirm simulation, even where the policy accepts it")
    func simulation() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        let report = VerdictReport(try platform.judge(try platform.quote(), try platform.policy()))
        let vector = TrustworthinessVector(report)
        #expect(vector.values[.hardware] == 97 && vector.values[.runtimeOpaque] == 96 && vector.values[.executables] == 3)
        #expect(AttestationResult(report, policyID: "urn:test", issued: platform.now).status == .contraindicated)
    }

    @Test("warn of genuine hardware with known weaknesses, and are contraindicated for what a policy refuses")
    func tiers() throws {
        guard let recorded = try PolicyRulesTests.Recorded("sgx-v3-00906ed50000-075b64c9") else { return }
        let accepted = VerdictReport(try recorded.judge(PolicyRulesTests.enclavePolicy(recorded)))
        let debug = accepted.verdict?.quote.claims.isDebug == true
        #expect(accepted.outcome == .accepted)
        #expect(TrustworthinessVector(accepted).values[.hardware] == 32)
        let status = AttestationResult(accepted, policyID: "urn:test", issued: recorded.moment).status
        #expect(status == (debug ? .contraindicated : .warning))
        let refused = VerdictReport(
            try recorded.judge(PolicyRulesTests.enclavePolicy(recorded, platform: "fmspc = \"000000000000\"")))
        #expect(TrustworthinessVector(refused).values[.instanceIdentity] == 97)
        #expect(AttestationResult(refused, policyID: "urn:test", issued: recorded.moment).status == .contraindicated)
        let bad = VerdictReport(.signature(part: "the quote", signer: "the attestation key"), at: recorded.moment)
        #expect(bad.outcome == .badEvidence && TrustworthinessVector(bad).tier == .contraindicated)
    }

    @Test("affirm genuine hardware that is current and what the policy names, and tell it in the token")
    func affirming() throws {
        guard let recorded = try PolicyRulesTests.Recorded("tdx-v4-b0c06f000000-f1c85033") else { return }
        let policy = try PolicyRulesTests.trustDomainPolicy(recorded, accepting: "\"UpToDate\"")
        let report = VerdictReport(try recorded.judge(policy))
        #expect(report.outcome == .accepted && report.verdict?.quote.status == .upToDate)
        let values = TrustworthinessVector(report).values
        #expect(values == [.executables: 3, .configuration: 2, .hardware: 2, .runtimeOpaque: 2])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = VerifierKey()
        let token = try AttestationResult(report, policyID: "urn:test", issued: recorded.moment).token(signedBy: key)
        let appraisal = try #require(try Self.opened(token, key, in: folder).claims["submods"]?["cpu0"])
        #expect(appraisal["ear.status"]?.string == "affirming")
        #expect(appraisal["ear.trustworthiness-vector"]?["hardware"]?.integer == 2)
        #expect(appraisal["ear.veraison.annotated-evidence"]?["tdx"] != nil)
    }

    @Test("sort values into tiers as AR4SI does")
    func values() {
        for (value, tier) in [
            (0, TrustTier.none), (1, .none), (-1, .none), (2, .affirming), (31, .affirming), (-2, .affirming), (-32, .affirming),
            (32, .warning), (95, .warning), (-33, .warning), (-96, .warning), (96, .contraindicated), (127, .contraindicated),
            (-97, .contraindicated), (-128, .contraindicated),
        ] { #expect(TrustTier(Int8(value)) == tier, "\(value)") }
    }

    @Test("are signed only by a key that nobody else may read")
    func key() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("key.pem")
        let made = try ProgramRun(
            "/usr/bin/openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file.path])
        #expect(made.status == 0, "\(made.output) (apt-get install openssl)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        #expect(try VerifierKey(path: file.path).keyID.count == 43)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        #expect(throws: VerifierKeyError.exposed(path: file.path, mode: 0o644)) { try VerifierKey(path: file.path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try Data("no key".utf8).write(to: file)
        #expect(throws: VerifierKeyError.noKey(path: file.path)) { try VerifierKey(path: file.path) }
        #expect(throws: VerifierKeyError.self) { try VerifierKey(path: folder.appendingPathComponent("none").path) }
    }
}
