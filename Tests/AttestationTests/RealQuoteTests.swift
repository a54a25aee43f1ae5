import Attestation
import Foundation
import Testing

@Suite("Real quotes with Intel's collateral")
struct RealQuoteTests {
    struct Case: CustomStringConvertible, Sendable {
        let folder: String
        let collateral: String
        let version: Int
        let now: Int64
        let kind: String
        let expected: TCBStatus?
        var description: String { "\(folder) \(collateral) \(kind)" }
    }

    /// Inside the window both oracles' statuses must be ours; outside it the collateral is early or late, and we refuse.
    static func cases() throws -> [Case] {
        var cases: [Case] = []
        for folder in try Vectors.folders("quotes") where folder.hasPrefix("sgx-v3") {
            guard let file = try Vectors.json("quotes/\(folder)/expected.json") as? [String: Any] else { continue }
            for entry in file["cases"] as? [[String: Any]] ?? [] {
                guard let collateral = entry["collateral"] as? String, let version = entry["tcb_version"] as? Int,
                    let now = entry["now"] as? Int64, let kind = entry["kind"] as? String
                else { continue }
                let oracle = OracleStatus(dcap: entry["dcap_qvl"], intel: entry["intel_qvl"])
                #expect(oracle.dcap == nil || oracle.dcap == oracle.intel)
                cases.append(
                    Case(
                        folder: folder, collateral: collateral, version: version, now: now, kind: kind,
                        expected: kind == "inside" ? oracle.intel : nil))
            }
        }
        return cases
    }

    @Test("give the status that dcap-qvl and Intel's library gave")
    func statuses() throws {
        let verifier = Verifier(acceptsTCBInfoVersion2: true)
        var agree = 0
        var table: [String] = []
        let cases = try Self.cases()
        for item in cases {
            let quote = try Vectors.bytes("quotes/\(item.folder)/quote.bin")
            let collateral = try Vectors.collateral("quotes/\(item.folder)/\(item.collateral)")
            let ours = Result {
                try verifier.verify(quote: quote, collateral: collateral, at: Timestamp(seconds: item.now))
            }
            let status = try? ours.get().status
            if status == item.expected {
                agree += 1
            } else {
                table.append("DISAGREE \(item): \(ours) but \(String(describing: item.expected))")
            }
        }
        print("real quotes: \(agree) of \(cases.count) cases agree\n" + table.joined(separator: "\n"))
        #expect(agree == cases.count)
    }

    @Test("are refused with TCB Info version 2 unless the verifier was told to take it")
    func oldCollateral() throws {
        for item in try Self.cases() where item.version == 2 && item.kind == "inside" {
            let quote = try Vectors.bytes("quotes/\(item.folder)/quote.bin")
            let collateral = try Vectors.collateral("quotes/\(item.folder)/\(item.collateral)")
            #expect(throws: VerificationFailure.collateral(.unsupported(part: "TCB Info", field: "version", value: "2"))) {
                try Verifier().verify(quote: quote, collateral: collateral, at: Timestamp(seconds: item.now))
            }
        }
    }

    @Test("with certification data that is no certificate chain are refused by name of its type")
    func withoutChain() throws {
        guard Vectors.directory != nil else { return }
        let quote = try Vectors.bytes("quotes/sgx-v3-nopck-c50cdd01/quote.bin")
        #expect(throws: QuoteError.unsupportedCertification(3)) { try Quote(parsing: quote) }
    }

    @Test("come out of parse and serialise byte for byte")
    func roundTrip() throws {
        for folder in try Vectors.folders("quotes") where folder.hasPrefix("sgx-v3") && !folder.contains("nopck") {
            let bytes = try Vectors.bytes("quotes/\(folder)/quote.bin")
            #expect(try Quote(parsing: bytes).bytes == bytes)
        }
    }
}
