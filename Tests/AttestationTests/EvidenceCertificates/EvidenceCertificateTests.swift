import Attestation
import Crypto
import Foundation
import Testing

@Suite("A certificate with evidence")
struct EvidenceCertificateTests {
    typealias Fixture = EvidenceCertificateFixture

    let fixture: EvidenceCertificateFixture

    init() throws { fixture = try EvidenceCertificateFixture() }

    func read(_ der: [UInt8]) throws(EvidenceCertificateError) -> AttestedKey {
        try AttestedKey(EvidenceCertificate(der: der), possession: .notShown)
    }

    /// Why a certificate is refused; empty when it is not.
    func refusal(_ der: [UInt8]) -> String {
        do {
            _ = try read(der)
            return ""
        } catch {
            return error.description
        }
    }

    @Test("in the interoperable form yields the quote and the key, whatever its dates and other claims, by any of the three hashes")
    func interoperable() throws {
        defer { fixture.platform.remove() }
        let claims = fixture.claims(others: [("nonce", CBOR.bytes([1, 2])), ("deep", CBOR.array(CBOR.array([0x07], [0xf6])))])
        let key = try read(fixture.certificate(fixture.interoperable(claims)))
        #expect(key.form == .interoperable)
        #expect(key.certificate.publicKeyInfo == fixture.publicKeyInfo)
        #expect(key.fingerprint == Fixture.sha256(fixture.publicKeyInfo))
        #expect(key.certificate.signature == .own)
        #expect(try fixture.platform.judge(key.quote, fixturePolicy()).isAccepted)
        let sha384 = Array(SHA384.hash(data: fixture.publicKeyInfo))
        #expect(
            try read(fixture.certificate(fixture.interoperable(fixture.claims(algorithm: 7, hash: sha384)))).form == .interoperable)
        let sha512 = Array(SHA512.hash(data: fixture.publicKeyInfo))
        #expect(
            try read(fixture.certificate(fixture.interoperable(fixture.claims(algorithm: 8, hash: sha512)))).form == .interoperable)
    }

    func fixturePolicy() throws -> Policy {
        var policy = try fixture.platform.policy()
        policy.reportData = nil
        return policy
    }

    @Test("in an older form is bound in that form's own way")
    func olderForms() throws {
        defer { fixture.platform.remove() }
        let direct = try fixture.quote(binding: fixture.publicKeyInfo)
        #expect(try read(fixture.certificate(with: [(Fixture.gramine, direct)])).form == .gramine)
        #expect(try read(fixture.certificate(with: [(Fixture.plainQuote, direct)])).form == .plainQuote)
        let sample = try fixture.quote(binding: fixture.claims())
        #expect(try read(fixture.certificate(with: [(Fixture.intelSample, sample)])).form == .intelSample)
        let text = Array((fixture.key.publicKey.pemRepresentation + "\n\0").utf8)
        for bytes in [text, fixture.publicKeyInfo] {
            let quote = try fixture.quote(binding: bytes)
            let header: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0] + withUnsafeBytes(of: UInt64(quote.count).littleEndian) { Array($0) }
            #expect(try read(fixture.certificate(with: [(Fixture.openEnclave, header + quote)])).form == .openEnclave)
        }
        #expect(refusal(try fixture.certificate(with: [(Fixture.gramine, sample)])).contains("report data are of something else"))
        #expect(
            refusal(try fixture.certificate(with: [(Fixture.intelSample, direct)])).contains("report data are of something else"))
    }

    @Test("whose claims name another key, or whose quote is of other claims, is refused")
    func unbound() throws {
        defer { fixture.platform.remove() }
        let other = fixture.claims(hash: [UInt8](repeating: 7, count: 32))
        #expect(refusal(try fixture.certificate(fixture.interoperable(other))).contains("claims name another key"))
        let short = fixture.claims(hash: Array(Fixture.sha256(fixture.publicKeyInfo).dropLast()))
        #expect(refusal(try fixture.certificate(fixture.interoperable(short))).contains("claims name another key"))
        let swapped = try fixture.interoperable(fixture.claims(), quote: fixture.quote(binding: other))
        #expect(refusal(try fixture.certificate(swapped)).contains("report data are of something else"))
        let empty = try fixture.interoperable(
            fixture.claims(), quote: fixture.platform.quote(data: [UInt8](repeating: 0, count: 64)))
        #expect(refusal(try fixture.certificate(empty)).contains("report data are zero"))
        let more = Fixture.sha256(fixture.claims()) + [UInt8](repeating: 0, count: 31) + [1]
        let tailed = try fixture.interoperable(fixture.claims(), quote: fixture.platform.quote(data: more))
        #expect(refusal(try fixture.certificate(tailed)).contains("report data are of something else"))
    }

    @Test("with CBOR that is not as it must be is refused, each fault by its name")
    func badCBOR() throws {
        defer { fixture.platform.remove() }
        let claims = fixture.claims()
        let quote = try fixture.quote(binding: claims)
        func wrap(_ claims: [UInt8]) -> [UInt8] { CBOR.tag(60_000, CBOR.array(CBOR.bytes(quote), CBOR.bytes(claims))) }
        let pair = Array(claims.dropFirst(1 + 12))
        let cases: [(String, [UInt8])] = [
            ("its tag is 61000", CBOR.tag(61_000, CBOR.array(CBOR.bytes(quote), CBOR.bytes(claims)))),
            ("CBOR tag 60002", CBOR.tag(60_002, CBOR.array(CBOR.bytes(quote), CBOR.bytes(claims)))),
            ("the evidence's tag is of another type", quote),
            ("the evidence: 1 bytes follow", wrap(claims) + [0]),
            ("the claims: 1 bytes follow", wrap(claims + [0])),
            ("no definite length", CBOR.tag(60_000, [0x9f] + CBOR.bytes(quote) + CBOR.bytes(claims) + [0xff])),
            ("the claims has no definite length", wrap([0xbf] + claims.dropFirst() + [0xff])),
            ("no pair of quote and claims", CBOR.tag(60_000, CBOR.array(CBOR.bytes(quote)))),
            ("the claims is cut off", Array(wrap(claims).dropLast())),
            ("a claim occurs twice", wrap([0xa2] + claims.dropFirst() + claims.dropFirst())),
            ("do not name a key", wrap(CBOR.map([("pubkey", CBOR.bytes([1]))]))),
            ("pubkey-hash is of another type", wrap([0xa1] + CBOR.text("pubkey-hash") + pair.dropFirst(2))),
            ("algorithm is 2", wrap(fixture.claims(algorithm: 2))),
            ("nested too deeply", wrap(fixture.claims(others: [("x", [UInt8](repeating: 0x81, count: 40) + [0])]))),
            ("a claim is cut off", wrap(fixture.claims(others: [("x", [0x9b] + [UInt8](repeating: 0xff, count: 8))]))),
        ]
        for (why, value) in cases {
            let found = refusal(try fixture.certificate(value))
            #expect(found.contains(why), "\(why): \(found)")
        }
    }

    @Test("that is no strict DER, has an extension twice, or was changed, is refused")
    func badCertificates() throws {
        defer { fixture.platform.remove() }
        let value = try fixture.interoperable(fixture.claims())
        let good = try fixture.certificate(value)
        #expect(refusal(good) == "")
        #expect(refusal(good + [0]).contains("something follows"))
        #expect(refusal(Array(good.dropLast())).contains("cut off"))
        let twice = try fixture.certificate(with: [(Fixture.interoperable, value), (Fixture.interoperable, value)])
        #expect(refusal(twice).contains("an extension occurs twice"))
        var changed = good
        changed[good.count - 100] ^= 1
        #expect(refusal(changed).contains("its own signature does not fit"))
        #expect(refusal([UInt8](repeating: 0x30, count: 200_000)).contains("more than"))
        #expect(
            try read(fixture.certificate(with: [(Fixture.interoperable, value)], issuer: "a CA")).certificate.signature == .another)
    }

    @Test("with evidence that cannot be judged, or with none, is refused by name; a damaged newer form never yields to an older")
    func refusedForms() throws {
        defer { fixture.platform.remove() }
        let direct = try fixture.quote(binding: fixture.publicKeyInfo)
        func number(_ last: UInt8) -> [UInt8] { Fixture.plainQuote.dropLast() + [last] }
        #expect(refusal(try fixture.certificate(with: [(number(2), [1])])).contains("EPID"))
        #expect(refusal(try fixture.certificate(with: [(number(14), [1])])).contains("local report"))
        #expect(
            refusal(try fixture.certificate(with: [(Fixture.openEnclave.dropLast() + [2], [1])])).contains("attestation header"))
        #expect(refusal(try fixture.certificate(with: [])).contains("no evidence"))
        #expect(refusal(try fixture.certificate(with: [(Fixture.intelSample, DER.sequence([5, 0]))])).contains("no evidence"))
        let both = try fixture.certificate(with: [(Fixture.gramine, direct), (Fixture.interoperable, [0])])
        #expect(refusal(both).contains("interoperable RA-TLS"))
        #expect(
            refusal(try fixture.certificate(with: [(Fixture.plainQuote, direct + [0])])).contains("the quote in the certificate"))
        let local: [UInt8] = [1, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        #expect(refusal(try fixture.certificate(with: [(Fixture.openEnclave, local)])).contains("type 1"))
        let longer: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 7) + direct
        #expect(refusal(try fixture.certificate(with: [(Fixture.openEnclave, longer)])).contains("says 9 bytes"))
    }

    @Test("may bring collateral along, which judges the quote; damaged collateral is as good as none")
    func endorsements() throws {
        defer { fixture.platform.remove() }
        let value = try fixture.endorsements()
        let evidence = try fixture.interoperable(fixture.claims())
        let key = try read(fixture.certificate(with: [(Fixture.interoperable, evidence), (Fixture.endorsements, value)]))
        let verifier = Verifier(roots: fixture.platform.roots)
        let brought = try #require(key.collateral)
        #expect(try verifier.verify(quote: key.quote, collateral: brought, at: fixture.platform.now).status == .upToDate)
        let damaged = try read(fixture.certificate(with: [(Fixture.interoperable, evidence), (Fixture.endorsements, value + [0])]))
        #expect(damaged.collateral == nil)
    }
}
