import ArgumentParser
import Attestation
import FoundationEssentials

/// Judges a quote against a policy and says why.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a quote against a policy.",
        discussion: """
            Exit codes: 0 accepted, 1 refused by the policy, 2 the evidence is bad, 3 collateral is missing or not of this time, \
            64 wrong usage. Simulated evidence is only accepted where the policy names its root in [simulation].
            """)

    @Option(help: "The quote to judge.")
    var quote: String

    @Option(help: "The policy, a TOML file.")
    var policy: String

    @Option(help: "The collateral as JSON; default: collateral.json beside the quote.")
    var collateral: String?

    @Option(help: "Expect evidence that the host asked for with this nonce (hexadecimal).")
    var nonce: String?

    @Option(name: .customLong("report-data"), help: "Expect these report data (hexadecimal, up to 64 bytes, zeros follow).")
    var reportData: String?

    @Option(help: "Judge at this time, 2026-01-31T12:00:00Z; default: now.")
    var at: String?

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    func run() throws {
        let moment = try moment()
        let policy = try policyWithBinding()
        let quote = try VerifyInput.read(quote, "quote")
        let report = judge(quote, policy, at: moment)
        print(json ? report.json : report.text)
        throw ExitCode(report.exitCode)
    }

    private func judge(_ quote: [UInt8], _ policy: Policy, at moment: Timestamp) -> VerifyReport {
        let path = collateral ?? URL(fileURLWithPath: quoteDirectory).appendingPathComponent("collateral.json").path
        guard let bytes = FileManager.default.contents(atPath: path) else {
            return VerifyReport(missingCollateral: path, at: moment)
        }
        do throws(VerificationFailure) {
            let parsed: Collateral
            do { parsed = try Collateral(json: [UInt8](bytes)) } catch { throw .collateral(error) }
            let verified = try Verifier(roots: policy.roots).verify(quote: quote, collateral: parsed, at: moment)
            return VerifyReport(policy.judge(verified))
        } catch {
            return VerifyReport(error, at: moment)
        }
    }

    private var quoteDirectory: String { URL(fileURLWithPath: quote).deletingLastPathComponent().path }

    private func moment() throws -> Timestamp {
        guard let at else { return Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        guard let moment = Timestamp(iso8601: at) else {
            throw ValidationError("--at \(at) is not a time of the form 2026-01-31T12:00:00Z")
        }
        return moment
    }

    private func policyWithBinding() throws -> Policy {
        let text = String(decoding: try VerifyInput.read(self.policy, "policy"), as: UTF8.self)
        var policy: Policy
        do { policy = try Policy(toml: text) } catch { throw ValidationError("\(self.policy): \(error)") }
        guard nonce == nil || reportData == nil else { throw ValidationError("--nonce and --report-data exclude each other") }
        if let nonce { policy.reportData = Policy.reportData(nonce: try VerifyInput.hex(nonce, "--nonce", 1...1_024)) }
        if let reportData {
            let bytes = try VerifyInput.hex(reportData, "--report-data", 1...64)
            policy.reportData = bytes + [UInt8](repeating: 0, count: 64 - bytes.count)
        }
        return policy
    }
}
