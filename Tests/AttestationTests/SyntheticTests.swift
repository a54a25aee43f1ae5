import Attestation
import Foundation
import Testing

@Suite("Synthetic chains, one for each rule")
struct SyntheticTests {
    /// Where our verdict is a decision of our own, because the oracles differ or are laxer than the format's text.
    static let decisions: [String: (status: TCBStatus?, why: String)] = [
        "revoked": (.revoked, "a status, which every policy refuses; dcap-qvl makes it an error"),
        "qe-revoked": (.revoked, "as above"),
        "qe-ood+revoked": (.revoked, "as above"),
        "qe-revoked+swh": (.revoked, "as above"),
        "qe-below-all": (nil, "no level reached is an error; Intel's older library says revoked"),
        "qe-reportdata-tail-nonzero": (nil, "the format says zero; both oracles look at the first half only"),
        "pceid-mismatch": (nil, "dcap-qvl does not look at the PCEID"),
        "tcbinfo-version-9": (nil, "an unknown version has unknown meaning; dcap-qvl takes it"),
        "v5-sgx": (.upToDate, "SGX in a v5 quote is defined; the oracles do not know it"),
        "v4-sgx-oodate": (.outOfDate, "SGX in a v4 quote is defined; dcap-qvl does not know it"),
        "pck-not-yet": (nil, "a certificate of the future is not valid; Intel's library looks at ends only"),
        "tcbinfo-future": (nil, "as above"),
        "tcbinfo-expired": (nil, "Intel's library reports it beside the status"),
    ]

    @Test("give both oracles' status, or the one that is decided and written down")
    func statuses() throws {
        guard let entries = try Vectors.json("synthetic/expected.json") as? [[String: Any]] else { return }
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        let verifier = Verifier(roots: [.named(fingerprint: root.fingerprint)])
        var table: [String] = []
        for entry in entries {
            let name = try #require(entry["name"] as? String)
            let now = try #require(entry["now"] as? Int64)
            let oracle = OracleStatus(dcap: entry["dcap_qvl"], intel: entry["intel_qvl"])
            let bothAgree = oracle.intelIsSound && oracle.dcap == oracle.intel
            let decision = Self.decisions[name]
            let expected = decision.map(\.status) ?? (bothAgree ? oracle.dcap : nil)
            let ours = Result {
                try verifier.verify(
                    quote: try Vectors.bytes("synthetic/\(name)/quote.bin"),
                    collateral: try Vectors.collateral("synthetic/\(name)/collateral.json"), at: Timestamp(seconds: now))
            }
            let status = try? ours.get().status
            #expect(status == expected, "\(name): \(ours)")
            let said = status?.rawValue ?? "refused"
            table.append(
                "\(status == expected ? "agree   " : "DISAGREE") \(name): \(said)\(decision.map { " (decided: \($0.why))" } ?? "")")
            if case .success(let verified) = ours, oracle.dcap != nil {
                let advisories = (entry["dcap_qvl"] as? [String: Any])?["advisories"] as? [String]
                #expect(verified.advisories == advisories, "\(name)")
            }
        }
        print("synthetic chains:\n" + table.joined(separator: "\n"))
    }

    @Test("are refused by a verifier that trusts Intel's root alone")
    func foreignRoot() throws {
        guard Vectors.directory != nil else { return }
        let quote = try Vectors.bytes("synthetic/up-to-date/quote.bin")
        let collateral = try Vectors.collateral("synthetic/up-to-date/collateral.json")
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        // It calls itself by Intel's name; only the key decides.
        #expect(
            throws: VerificationFailure.untrustedRoot(
                subject: "Intel SGX Root CA", fingerprint: root.fingerprint, simulation: false)
        ) {
            try Verifier().verify(quote: quote, collateral: collateral, at: Timestamp(seconds: 1_780_272_000))
        }
    }
}
