import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Recorded certificates of other implementations")
struct RecordedCertificateTests {
    func recorded(_ name: String) throws -> AttestedKey {
        try AttestedKey(EvidenceCertificate(file: try Vectors.bytes("ratls/\(name)")), possession: .notShown)
    }

    @Test("are read in the form they were made in, and their quotes speak of their keys")
    func bound() throws {
        guard Vectors.directory != nil else { return }
        let forms: [(String, EvidenceForm)] = [
            ("gramine-cert.pem", .interoperable), ("intel-sgxsdk-cert.pem", .interoperable), ("rats-tls-cert.pem", .interoperable),
            ("maa-signing-uks.pem", .oldOpenEnclave), ("sgx-lkl-maa.der", .oldOpenEnclave),
            ("sgx-lkl-sgxlkl_attests_to_oe.der", .oldOpenEnclave),
        ]
        for (name, form) in forms {
            let key = try recorded(name)
            #expect(key.form == form, "\(name)")
            #expect(key.certificate.signature == .own, "\(name)")
            #expect(key.collateral == nil)
        }
        #expect(try recorded("rats-tls-cert.pem").quote == Vectors.bytes("ratls/rats-tls-cert.quote.bin"))
        #expect(try recorded("intel-sgxsdk-cert.pem").quote == Vectors.bytes("ratls/intel-sgxsdk-cert.quote.bin"))
    }

    @Test("whose quote speaks of no key, or whose own signature is damaged, are refused")
    func unbound() throws {
        guard Vectors.directory != nil else { return }
        for name in ["oe_sgx_cert_ec_bad.der", "oe_sgx_cert_rsa_bad.der"] {
            #expect(throws: EvidenceCertificateError.changed, "\(name)") { try recorded(name) }
        }
        #expect(throws: EvidenceCertificateError.unbound(.plainQuote, why: "its report data are zero")) {
            try recorded("sgx-ra-tls-ecdsa.der")
        }
    }

    @Test("are refused with any bit of key, claims or report data changed")
    func changed() throws {
        guard Vectors.directory != nil else { return }
        let certificate = try EvidenceCertificate(file: try Vectors.bytes("ratls/rats-tls-cert.pem"))
        let der = certificate.der
        func offset(of bytes: [UInt8]) throws -> Int {
            try #require(der.indices.first { der[$0...].starts(with: bytes) })
        }
        let claims = Array("pubkey-hash".utf8)
        let spots = [
            try offset(of: certificate.publicKeyInfo) + 40, try offset(of: claims) + 3, try offset(of: claims) + 30,
            try offset(of: Array(try Vectors.bytes("ratls/rats-tls-cert.quote.bin").prefix(48))) + 48 + 320, der.count - 2,
        ]
        for spot in spots {
            var bytes = der
            bytes[spot] ^= 1
            #expect(throws: EvidenceCertificateError.self, "offset \(spot)") {
                try AttestedKey(EvidenceCertificate(der: bytes), possession: .notShown)
            }
        }
    }

    @Test(
        "are judged with Intel's collateral of their day, and the report says which key is meant and that its holder was not seen")
    func judged() throws {
        guard Vectors.directory != nil else { return }
        let cases: [(String, String, Int64)] = [
            ("sgx-lkl-maa.der", "sgx-v3-00906ed50000-b21534e0", 1_748_377_867),
            ("gramine-cert.pem", "sgx-v3-00606a000000-995d821e", 1_684_165_720),
            ("rats-tls-cert.pem", "sgx-v3-00606a000000-995d821e", 1_684_165_720),
        ]
        for (name, folder, moment) in cases {
            let key = try recorded(name)
            let collateral = try Vectors.collateral("quotes/\(folder)/collateral-0.json")
            let quote = try Verifier().verify(quote: key.quote, collateral: collateral, at: Timestamp(seconds: moment))
            #expect(quote.status == .outOfDate && quote.claims.isDebug, "\(name): \(quote.status)")
            var policy = try Policy(measurements: [quote.claims.measurement])
            #expect(VerdictReport(policy.judge(quote), key: key).outcome == .refused, "\(name)")
            policy.allowsDebug = true
            policy.acceptedStatuses = [.outOfDate]
            policy.acceptedAdvisories = nil
            let report = VerdictReport(policy.judge(quote), key: key)
            #expect(report.outcome == .accepted, "\(name): \(report.text)")
            #expect(report.text.contains("SHA-256 \(Hex.text(key.fingerprint)), bound by the quote; NOT shown"))
            #expect(report.json.contains("\"possession_shown\":false"))
        }
    }
}
