import ArgumentParser
import Attestation
import FoundationEssentials

/// `verify-quote`: whether a quote is genuine and of the enclave that a policy wants.
struct VerifyQuote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-quote", abstract: "Judge a quote against a policy, as `inclavare verify` does.",
        discussion: """
            Exit codes: 0 accepted, 1 refused by the policy, 2 the evidence is bad, 3 collateral is missing or not of this time, \
            64 wrong usage.
            """)

    @Option(help: "ecdsa; epidUnlinkable and epidLinkable are known and refused.")
    var quoteType = QuoteType.ecdsa

    @Option(help: "The quote to judge; - reads standard input.")
    var quote = "quote.bin"

    @Option(help: "The policy, a TOML or JSON file.")
    var policy: String

    @Option(help: "The collateral as JSON; default: collateral.json in the quote's folder.")
    var collateral: String?

    @Option(help: "Judge at this time, 2026-01-31T12:00:00Z; default: now.")
    var at: String?

    @Option(help: "For EPID quotes, which there are none of any more.")
    var spid: String?

    @Option(name: [.long, .customLong("key")], help: "For EPID quotes, which there are none of any more.")
    var subscriptionKey: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let moment = try moment()
        let (evidence, wanted) = try inputs()
        let report = judge(evidence, wanted, at: moment)
        print(json ? report.json : report.text)
        throw ExitCode(report.outcome.exitCode)
    }

    private func judge(_ evidence: [UInt8], _ policy: Policy, at moment: Timestamp) -> VerdictReport {
        guard let bytes = try? ToolFile.read(collateralPath) else {
            return VerdictReport(
                missingCollateral: "there is no collateral at \(collateralPath)",
                mend: "name it with --collateral; for software SGX: inclavare collateral export DIR", at: moment)
        }
        do throws(VerificationFailure) {
            let collateral: Collateral
            do { collateral = try Collateral(json: bytes) } catch { throw .collateral(error) }
            return VerdictReport(policy.judge(try policy.verifier.verify(quote: evidence, collateral: collateral, at: moment)))
        } catch {
            return VerdictReport(error, at: moment)
        }
    }

    /// What cannot be read is wrong usage, not bad evidence.
    private func inputs() throws -> ([UInt8], Policy) {
        do {
            try quoteType.requireECDSA()
            guard spid == nil, subscriptionKey == nil else { throw ToolError("--spid and --subscription-key are for EPID quotes") }
            let text = String(decoding: try ToolFile.read(policy), as: UTF8.self)
            do { return (try ToolFile.read(quote), try Policy(text: text)) } catch let error as PolicyError {
                throw ToolError("\(policy): \(error)")
            }
        } catch let error as ToolError {
            throw ValidationError(error.description)
        }
    }

    private var collateralPath: String {
        if let collateral { return collateral }
        guard let slash = quote.lastIndex(of: "/") else { return "collateral.json" }
        return quote[...slash] + "collateral.json"
    }

    private func moment() throws -> Timestamp {
        guard let at else { return Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        guard let moment = Timestamp(iso8601: at) else {
            throw ValidationError("--at \(at) is not a time of the form 2026-01-31T12:00:00Z")
        }
        return moment
    }
}
