import Attestation
import AttestationTestSupport
import Foundation

/// A quote, collateral and a time, with what the stored oracles said of them.
struct AgreementCase {
    let name: String
    let quote: [UInt8]
    let collateral: Collateral
    let now: Timestamp
    let roots: Set<TrustedRoot>
    let verdicts: [Oracle: OracleVerdict]

    func judge(_ options: VerificationOptions) -> Result<VerifiedQuote, VerificationFailure> {
        Result { () throws(VerificationFailure) in
            try Verifier(roots: roots, options: options).verify(quote: quote, collateral: collateral, at: now)
        }
    }

    private static func verdicts(_ entry: [String: Any]) -> [Oracle: OracleVerdict] {
        var verdicts: [Oracle: OracleVerdict] = [:]
        verdicts[.dcapQvl] = OracleVerdict(dcapQvl: entry["dcap_qvl"])
        verdicts[.intel] = OracleVerdict(intel: entry["intel_qvl"])
        return verdicts
    }

    /// Real quotes with Intel's collateral inside, before and after its time.
    static func realQuotes() throws -> [AgreementCase] {
        var cases: [AgreementCase] = []
        for folder in try Vectors.folders("quotes") {
            guard let file = try Vectors.json("quotes/\(folder)/expected.json") as? [String: Any] else { continue }
            let quote = try Vectors.bytes("quotes/\(folder)/quote.bin")
            for entry in file["cases"] as? [[String: Any]] ?? [] {
                guard let collateral = entry["collateral"] as? String, let now = entry["now"] as? Int64 else { continue }
                cases.append(
                    AgreementCase(
                        name: "\(folder) \(collateral) \(entry["kind"] ?? "")", quote: quote,
                        collateral: try Vectors.collateral("quotes/\(folder)/\(collateral)"), now: Timestamp(seconds: now),
                        roots: [.intel], verdicts: verdicts(entry)))
            }
        }
        return cases
    }

    /// Whole chains under a root made for them.
    static func synthetic() throws -> [AgreementCase] {
        guard let entries = try Vectors.json("synthetic/expected.json") as? [[String: Any]] else { return [] }
        let root = try PlatformCertificate(der: try Vectors.bytes("synthetic/root-ca.der"))
        return try entries.map { entry in
            let name = entry["name"] as? String ?? ""
            return AgreementCase(
                name: name, quote: try Vectors.bytes("synthetic/\(name)/quote.bin"),
                collateral: try Vectors.collateral("synthetic/\(name)/collateral.json"),
                now: Timestamp(seconds: entry["now"] as? Int64 ?? 0), roots: [.named(fingerprint: root.fingerprint)],
                verdicts: verdicts(entry))
        }
    }

    /// Single changes to a quote or to its collateral.
    static func mutants() throws -> [AgreementCase] {
        var cases: [AgreementCase] = []
        for folder in try Vectors.folders("quotes") where Vectors.exists("quotes/\(folder)/mutants") {
            guard let file = try Vectors.json("quotes/\(folder)/mutants/mutants.json") as? [String: Any] else { continue }
            let quote = try Vectors.bytes("quotes/\(folder)/quote.bin")
            let collateral = try Vectors.collateral("quotes/\(folder)/\(file["collateral"] as? String ?? "")")
            let now = Timestamp(seconds: file["now"] as? Int64 ?? 0)
            for entry in file["quote_mutants"] as? [[String: Any]] ?? [] {
                cases.append(
                    AgreementCase(
                        name: "\(folder) \(entry["name"] ?? "")", quote: Mutation.quote(quote, entry), collateral: collateral,
                        now: now, roots: [.intel], verdicts: verdicts(entry)))
            }
            for entry in file["collateral_mutants"] as? [[String: Any]] ?? [] {
                let name = entry["name"] as? String ?? ""
                cases.append(
                    AgreementCase(
                        name: "\(folder) \(name)", quote: quote, collateral: Mutation.collateral(collateral, name),
                        now: Timestamp(seconds: entry["now"] as? Int64 ?? 0), roots: [.intel], verdicts: verdicts(entry)))
            }
        }
        return cases
    }
}
