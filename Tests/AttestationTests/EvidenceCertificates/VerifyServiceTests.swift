import Attestation
import AttestationTestSupport
import Crypto
import Foundation
import Testing

/// The tool against `openssl s_server`, which knows nothing of evidence.
@Suite("inclavare verify of a running service")
struct VerifyServiceTests {
    typealias Fixture = EvidenceCertificateFixture

    let fixture: EvidenceCertificateFixture
    var folder: URL { fixture.platform.state }

    init() throws {
        fixture = try EvidenceCertificateFixture()
        try write("collateral.json", try fixture.platform.root.collateral(at: fixture.platform.now).json)
        try write("policy.toml", policy(SoftwarePlatformFixture.measurement))
        try write("other.toml", policy(SoftwarePlatformFixture.signer))
        try write("key.pem", fixture.key.pemRepresentation)
    }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }

    func policy(_ measurement: [UInt8]) -> String {
        """
        version = 1
        [enclave]
        mrenclave = "\(Hex.text(measurement))"
        [simulation]
        root_fingerprint = "\(Hex.text(fixture.platform.root.certificate.fingerprint))"
        """
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func verify(policy: String = "policy.toml", _ arguments: String...) throws -> ProgramRun {
        try inclavare(["--policy", path(policy), "--collateral", path("collateral.json")] + arguments)
    }

    func inclavare(_ arguments: [String], command: [String] = ["verify"]) throws -> ProgramRun {
        let tool = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("inclavare")
        return try ProgramRun(tool.path, command + arguments)
    }

    /// Serves the fixture's key with this certificate while `work` runs.
    func serving(_ certificate: [UInt8], _ options: [String] = [], _ work: (String) throws -> Void) throws {
        try write("certificate.pem", Fixture.pem(certificate))
        let server = try TLSServer(["-cert", path("certificate.pem"), "-key", path("key.pem")] + options)
        defer { server.stop() }
        try work(server.address)
    }

    @Test(
        "accepts a service whose certificate carries evidence of its key, by TLS 1.3 and 1.2, and names the key",
        arguments: ["-tls1_3", "-tls1_2"])
    func accepted(version: String) throws {
        defer { fixture.platform.remove() }
        let certificate = try fixture.certificate(fixture.interoperable(fixture.claims()))
        try serving(certificate, [version]) { address in
            let result = try verify("--connect", address)
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("ACCEPTED. SIMULATED"))
            let fingerprint = Hex.text(Fixture.sha256(fixture.publicKeyInfo))
            #expect(result.output.contains("SHA-256 \(fingerprint), bound by the quote; the service signed the handshake with it"))
            let json = try verify("--connect", address, "--server-name", "service.example", "--json")
            let value = try JSONReader.parse(Array(json.output.utf8).dropLast())
            #expect(value["public_key_sha256"]?.string == fingerprint)
            #expect(value["possession_shown"] == .bool(true))
        }
    }

    @Test("refuses a service whose evidence is of another key, and one whose enclave the policy does not want")
    func refused() throws {
        defer { fixture.platform.remove() }
        let elsewhere = try EvidenceCertificateFixture()
        defer { elsewhere.platform.remove() }
        let stolen = elsewhere.claims()
        try serving(try fixture.certificate(fixture.interoperable(stolen))) { address in
            let result = try verify("--connect", address)
            #expect(result.status == 2)
            #expect(result.output.contains("its claims name another key"), "\(result.output)")
        }
        try serving(try fixture.certificate(fixture.interoperable(fixture.claims()))) { address in
            let result = try verify(policy: "other.toml", "--connect", address)
            #expect(result.status == 1, "\(result.output)")
            #expect(result.output.contains("✗ mrenclave"))
        }
        try serving(try fixture.certificate(with: [])) { address in
            let result = try verify("--connect", address)
            #expect(result.status == 2 && result.output.contains("no evidence"), "\(result.output)")
        }
    }

    @Test("ends in one line and in time where a service hangs, speaks no TLS, is not there or shows far too many certificates")
    func unanswered() throws {
        defer { fixture.platform.remove() }
        func oneLine(_ result: ProgramRun, _ words: String) {
            #expect(result.status == 4, "\(result.output)")
            #expect(result.output.contains(words) && result.output.split(separator: "\n").count == 1, "\(result.output)")
        }
        let silent = try PlainServer(answer: nil)
        let time = try ContinuousClock().measure {
            oneLine(try verify("--connect", silent.address, "--timeout", "1"), "within 1 s")
        }
        #expect(time < .seconds(8))
        silent.stop()
        oneLine(try verify("--connect", silent.address), "Connection refused")
        let plain = try PlainServer(answer: "HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { plain.stop() }
        oneLine(try verify("--connect", plain.address), "does not speak TLS")
        let certificate = try fixture.certificate(fixture.interoperable(fixture.claims()))
        try write("chain.pem", String(repeating: Fixture.pem(certificate), count: 40))
        try serving(certificate, ["-cert_chain", path("chain.pem")]) { address in
            oneLine(try verify("--connect", address), "larger than TLS allows")
        }
    }

    @Test("refuses whoever shows a certificate whose key it does not have, though the evidence in it is genuine")
    func borrowed() throws {
        defer { fixture.platform.remove() }
        let genuine = try fixture.certificate(fixture.interoperable(fixture.claims()))
        // The same platform and the same length, so that the one can stand for the other in a TLS 1.2 flight, which is not encrypted.
        let thief = EvidenceCertificateFixture(platform: fixture.platform)
        var own: [UInt8] = []
        while own.count != genuine.count { own = try thief.certificate(thief.interoperable(thief.claims())) }
        try write("thief.pem", thief.key.pemRepresentation)
        try write("own.pem", Fixture.pem(own))
        let server = try TLSServer(["-cert", path("own.pem"), "-key", path("thief.pem"), "-tls1_2"])
        defer { server.stop() }
        #expect(try verify("--connect", server.address).status == 0)
        let relay = try SwappingRelay(to: server.address, swapping: own, for: genuine)
        defer { relay.stop() }
        let result = try verify("--connect", relay.address)
        #expect(result.status == 4, "\(result.output)")
        #expect(result.output.contains("its signature is not of the certificate's key"), "\(result.output)")
    }

    @Test(
        "shakes hands with a service of any kind of key",
        arguments: ["ec -pkeyopt ec_paramgen_curve:secp384r1", "ec -pkeyopt ec_paramgen_curve:secp521r1", "ed25519", "rsa:2048"])
    func kinds(key: String) throws {
        defer { fixture.platform.remove() }
        let files = ["-keyout", path("other.pem"), "-out", path("plain.pem"), "-subj", "/CN=plain", "-days", "2"]
        let made = try ProgramRun(
            "/usr/bin/openssl", ["req", "-x509", "-nodes", "-newkey"] + key.split(separator: " ").map(String.init) + files)
        try #require(made.status == 0, "\(made.output)")
        func result(_ options: [String]) throws -> ProgramRun {
            let server = try TLSServer(["-cert", path("plain.pem"), "-key", path("other.pem")] + options)
            defer { server.stop() }
            return try verify("--connect", server.address)
        }
        let found = try result([])
        #expect(found.status == 2 && found.output.contains("no evidence"), "\(found.output)")
        guard key.hasPrefix("rsa") else { return }
        let unsigned = try result(["-tls1_2", "-cipher", "AES128-SHA"])
        #expect(unsigned.status == 4, "RSA key exchange has the server sign nothing: \(unsigned.output)")
    }

    @Test("takes the collateral in the certificate when there is no other")
    func embedded() throws {
        defer { fixture.platform.remove() }
        let evidence = try fixture.interoperable(fixture.claims())
        for (endorsements, status) in [([], 3), ([(Fixture.endorsements, try fixture.endorsements())], 0)] as [(_, Int32)] {
            try serving(try fixture.certificate(with: [(Fixture.interoperable, evidence)] + endorsements)) { address in
                let result = try inclavare(["--policy", path("policy.toml"), "--cache", path("empty"), "--connect", address])
                #expect(result.status == status, "\(result.output)")
            }
        }
    }

    @Test("does not take the collateral in the certificate where a part of another is cached: it could be older than what revokes")
    func embeddedBesideCache() throws {
        defer { fixture.platform.remove() }
        let root = Hex.text(fixture.platform.root.certificate.fingerprint)
        let options = ["--cache", path("cache")]
        let kept = try inclavare([path("collateral.json"), "--root", root] + options, command: ["collateral", "import"])
        try #require(kept.status == 0, "\(kept.output)")
        let identities = try FileManager.default.contentsOfDirectory(atPath: path("cache")).filter { $0.contains("identity") }
        try #require(!identities.isEmpty)
        for name in identities { try FileManager.default.removeItem(atPath: path("cache/\(name)")) }
        let evidence = try fixture.interoperable(fixture.claims())
        let extensions = [(Fixture.interoperable, evidence), (Fixture.endorsements, try fixture.endorsements())]
        try serving(try fixture.certificate(with: extensions)) { address in
            let result = try inclavare(["--policy", path("policy.toml"), "--connect", address] + options)
            #expect(result.status == 3, "\(result.output)")
        }
    }

    @Test("judges a certificate in a file, in PEM and DER, and says that nobody was seen to hold its key")
    func file() throws {
        defer { fixture.platform.remove() }
        let certificate = try fixture.certificate(fixture.interoperable(fixture.claims()))
        try write("certificate.pem", "Subject: service\n" + Fixture.pem(certificate))
        try Data(certificate).write(to: folder.appendingPathComponent("certificate.der"))
        for name in ["certificate.pem", "certificate.der"] {
            let result = try verify("--certificate", path(name))
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("NOT shown that the sender has it"))
        }
    }

    @Test("wants one kind of evidence, an address with a port, and no nonce that a certificate could not answer")
    func usage() throws {
        defer { fixture.platform.remove() }
        #expect(try verify().status == 64)
        #expect(try verify("--connect", "localhost:1", "--quote", "x").status == 64)
        for address in ["localhost", "localhost:", ":443", "localhost:70000", "https://localhost:443", "::1:443"] {
            let result = try verify("--connect", address)
            #expect(result.status == 64 && result.output.contains("host:port"), "\(address): \(result.output)")
        }
        #expect(try verify("--connect", "localhost:1", "--nonce", "0102030405060708").status == 64)
        #expect(try verify("--certificate", "x", "--server-name", "y").status == 64)
        #expect(try verify("--connect", "localhost:1", "--timeout", "0").status == 64)
        let name = try verify("--connect", "localhost:1", "--server-name", "127.0.0.1")
        #expect(name.status == 64 && name.output.contains("is no server name"), "\(name.output)")
    }
}
