import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Real quotes")
struct RealQuoteTests {
    @Test("come out of parse and serialise byte for byte, whatever their version and certification data")
    func roundTrip() throws {
        var versions: [UInt16: Int] = [:]
        for folder in try Vectors.folders("quotes") {
            let bytes = try Vectors.bytes("quotes/\(folder)/quote.bin")
            let quote = try Quote(parsing: bytes)
            versions[quote.header.version, default: 0] += 1
            #expect(quote.bytes == bytes, "\(folder)")
        }
        guard Vectors.directory != nil else { return }
        #expect(versions == [3: 22, 4: 10, 5: 3])
    }

    @Test("that only name their platform are refused naming what certificate is missing")
    func withoutChain() throws {
        guard Vectors.directory != nil else { return }
        let quote = try Quote(parsing: Vectors.bytes("quotes/sgx-v3-nopck-c50cdd01/quote.bin"))
        guard case .ppidEncryptedWithRSA3072(let platform) = quote.signatureData.certification else {
            Issue.record("certification data of type \(quote.signatureData.certification.type)")
            return
        }
        #expect(platform.pceID?.count == 2)
        let collateral = try Vectors.collateral("quotes/sgx-v3-00a067110000-f8b81014/collateral-2.json")
        let ours = Result { () throws(VerificationFailure) in
            try Verifier().verify(quote: quote, collateral: collateral, at: Timestamp(seconds: 1_750_334_171))
        }
        guard case .failure(let failure) = ours else {
            Issue.record("accepted without a certificate")
            return
        }
        #expect(failure.kind == .staleCollateral)
        #expect(failure.description.contains(Hex.text(platform.cpuSVN)))
    }

    @Test("under a root that calls itself by Intel's name are refused: only the key decides")
    func foreignRoot() throws {
        guard Vectors.directory != nil else { return }
        let quote = try Vectors.bytes("synthetic/up-to-date/quote.bin")
        let collateral = try Vectors.collateral("synthetic/up-to-date/collateral.json")
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        #expect(
            throws: VerificationFailure.untrustedRoot(
                subject: "Intel SGX Root CA", fingerprint: root.fingerprint, simulation: false)
        ) {
            try Verifier().verify(quote: quote, collateral: collateral, at: Timestamp(seconds: 1_780_272_000))
        }
    }
}
