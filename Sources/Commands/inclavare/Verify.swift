import ArgumentParser
import Attestation
import FoundationEssentials

/// Judges a quote, or a service by the quote in its certificate, against a policy and says why.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a quote, or a running service, against a policy.",
        discussion: """
            Exit codes: 0 accepted, 1 refused by the policy, 2 the evidence is bad, 3 collateral is missing or not of this time, \
            4 the service does not answer, 64 wrong usage. Simulated evidence is only accepted where the policy names its root in [simulation].
            """)

    @OptionGroup var evidence: VerifyEvidence

    @Option(help: "The policy, a TOML or JSON file.")
    var policy: String

    @OptionGroup var source: VerifyCollateral

    @Option(help: "Expect evidence that the host asked for with this nonce (hexadecimal).")
    var nonce: String?

    @Option(name: .customLong("report-data"), help: "Expect these report data (hexadecimal, up to 64 bytes, zeros follow).")
    var reportData: String?

    @Option(help: "Judge at this time, 2026-01-31T12:00:00Z; default: now.")
    var at: String?

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    @Flag(help: "Print the verdict as an EAR token, a JWT that --key signs; the text goes to standard error.")
    var ear = false

    @Option(help: "The verifier's P-256 key in PEM, readable by its owner alone.")
    var key: String?

    func run() throws {
        guard ear == (key != nil) else { throw ValidationError("--ear and --key belong together") }
        guard !(ear && json) else { throw ValidationError("--ear and --json exclude each other") }
        guard nonce == nil || evidence.quote != nil else {
            throw ValidationError("--nonce goes with --quote: evidence in a certificate speaks of a key and answers no nonce")
        }
        let moment = try moment()
        let text = try VerifyInput.read(policy, "policy")
        let wanted = try policyWithBinding(text)
        let signer = try key.map { try Self.signer($0) }
        let report = try judge(try evidence.read(), wanted, at: moment)
        if let signer {
            StandardError.raw(report.text + "\n")
            print(try token(report, policy: text).token(signedBy: signer))
        } else {
            print(json ? report.json : report.text)
        }
        throw ExitCode(report.outcome.exitCode)
    }

    private func judge(_ found: VerifyEvidence.Found, _ policy: Policy, at moment: Timestamp) throws -> VerdictReport {
        switch found {
        case .quote(let quote): return try judge(quote, nil, policy, at: moment)
        case .certificate(let bytes, let possession):
            let key: AttestedKey
            do {
                key = try AttestedKey(EvidenceCertificate(file: bytes), possession: possession, options: policy.options)
            } catch {
                return VerdictReport(error, at: moment)
            }
            return try judge(key.quote, key, policy, at: moment)
        }
    }

    private func judge(_ quote: [UInt8], _ key: AttestedKey?, _ policy: Policy, at moment: Timestamp) throws -> VerdictReport {
        do {
            let collateral = try source.find(for: quote, beside: evidence.path, embedded: key?.collateral, policy)
            let verified = try policy.verifier.verify(quote: quote, collateral: collateral, at: moment)
            return VerdictReport(policy.judge(verified), key: key)
        } catch let failure as VerificationFailure {
            return VerdictReport(failure, key: key, at: moment)
        } catch let missing as VerifyCollateral.Missing {
            return VerdictReport(missingCollateral: missing.why, mend: missing.mend, key: key, at: moment)
        }
    }

    private func token(_ report: VerdictReport, policy: [UInt8]) throws -> AttestationResult {
        let nonce = try nonce.map { try VerifyInput.hex($0, "--nonce", 1...1_024) }
        return AttestationResult(
            report, policyID: Policy.identifier(of: policy), nonce: nonce.flatMap { (8...64).contains($0.count) ? $0 : nil },
            issued: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    }

    private static func signer(_ path: String) throws -> VerifierKey {
        do { return try VerifierKey(path: path) } catch { throw ValidationError(error.description) }
    }

    private func moment() throws -> Timestamp {
        guard let at else { return Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        guard let moment = Timestamp(iso8601: at) else {
            throw ValidationError("--at \(at) is not a time of the form 2026-01-31T12:00:00Z")
        }
        return moment
    }

    private func policyWithBinding(_ text: [UInt8]) throws -> Policy {
        var policy: Policy
        do { policy = try Policy(text: String(decoding: text, as: UTF8.self)) } catch {
            throw ValidationError("\(self.policy): \(error)")
        }
        guard nonce == nil || reportData == nil else { throw ValidationError("--nonce and --report-data exclude each other") }
        if let nonce { policy.reportData = Policy.reportData(nonce: try VerifyInput.hex(nonce, "--nonce", 1...1_024)) }
        if let reportData {
            let bytes = try VerifyInput.hex(reportData, "--report-data", 1...64)
            policy.reportData = bytes + [UInt8](repeating: 0, count: 64 - bytes.count)
        }
        return policy
    }
}
