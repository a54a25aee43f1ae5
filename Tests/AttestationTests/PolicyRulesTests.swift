import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Rules of a policy")
struct PolicyRulesTests {
    static let digest = String(repeating: "ab", count: 32)
    static let long = String(repeating: "cd", count: 48)

    /// A recorded quote of Intel's hardware with its collateral, at a moment within the collateral's time.
    struct Recorded {
        let quote: [UInt8]
        let collateral: Collateral
        let moment: Timestamp
        let expires: Timestamp

        /// The first case of `folder` whose collateral both of whose documents are current.
        init?(_ folder: String) throws {
            guard let entry = try Vectors.json("quotes/\(folder)/expected.json") as? [String: Any],
                let cases = entry["cases"] as? [[String: Any]]
            else { return nil }
            let inside = cases.first { $0["kind"] as? String == "inside" && $0["tcb_version"] as? Int == 3 }
            let wanted = try #require(inside)
            quote = try Vectors.bytes("quotes/\(folder)/quote.bin")
            collateral = try Vectors.collateral("quotes/\(folder)/\(try #require(wanted["collateral"] as? String))")
            moment = Timestamp(seconds: try #require(wanted["now"] as? Int64))
            expires = try Verifier().verify(quote: quote, collateral: collateral, at: moment).collateralExpires
        }

        func judge(_ policy: Policy, at moment: Timestamp? = nil) throws -> Verdict {
            policy.judge(try policy.verifier.verify(quote: quote, collateral: collateral, at: moment ?? self.moment))
        }
    }

    static func failed(_ verdict: Verdict) -> Set<String> { Set(verdict.failures.map(\.field)) }

    static let allStatuses = TCBStatus.allCases.filter { $0 != .revoked }.map { "\"\($0.rawValue)\"" }.joined(separator: ",")

    /// Accepts the enclave of the quote whatever its platform's status.
    static func enclavePolicy(_ recorded: Recorded, _ more: String = "", platform: String = "") throws -> Policy {
        let claims = try Verifier().verify(quote: recorded.quote, collateral: recorded.collateral, at: recorded.moment).claims
        return try Policy(
            toml: """
                version = 1
                [enclave]
                mrenclave = "\(Hex.text(claims.measurement))"
                debug = \(claims.isDebug)
                \(more)
                [platform]
                accept = [\(allStatuses)]
                \(platform)
                """)
    }

    /// Exactly what this domain is.
    static func trustDomainRules(_ report: TDReport) -> String {
        let zero = [UInt8](repeating: 0, count: 48)
        var rules = "mrtd = \"\(Hex.text(report.measurement))\"\n"
        for (key, value) in [
            ("mrconfigid", report.configID), ("mrowner", report.owner), ("mrownerconfig", report.ownerConfiguration),
        ] where value != zero { rules += "\(key) = \"\(Hex.text(value))\"\n" }
        if !report.attributes.contains(.septVEDisable) { rules += "sept_ve_disable = false\n" }
        if report.attributes.contains(.debug) { rules += "debug = true\n" }
        return rules
    }

    static func trustDomainPolicy(_ rules: String, accepting statuses: String = allStatuses) throws -> Policy {
        try Policy(toml: "version = 1\n[platform]\naccept = [\(statuses)]\n[trust_domain]\n\(rules)\n")
    }

    struct NoTrustDomain: Error {}

    static func trustDomainPolicy(_ recorded: Recorded, accepting statuses: String) throws -> Policy {
        let claims = try Verifier().verify(quote: recorded.quote, collateral: recorded.collateral, at: recorded.moment).claims
        guard case .trustDomain(let report) = claims.body else { throw NoTrustDomain() }
        return try trustDomainPolicy(trustDomainRules(report), accepting: statuses)
    }

    @Test("on the platform: FMSPC, PPID, evaluation number, advisories and age each accept and refuse by themselves")
    func platform() throws {
        guard let recorded = try Recorded("sgx-v3-00606a000000-3bfe5ad8") else { return }
        let quote = try Verifier().verify(quote: recorded.quote, collateral: recorded.collateral, at: recorded.moment)
        #expect(try recorded.judge(Self.enclavePolicy(recorded)).isAccepted)
        for (rule, field) in [
            ("fmspc = \"\(Hex.text(quote.fmspc))\"", nil), ("fmspc = \"000000000000\"", "fmspc"),
            ("ppid = [\"\(Hex.text(quote.platformFacts.ppid))\"]", nil),
            ("ppid = \"\(String(repeating: "00", count: 16))\"", "ppid"),
            ("minimum_evaluation_number = \(quote.evaluationNumber)", nil),
            ("minimum_evaluation_number = \(quote.evaluationNumber + 1)", "evaluation_number"),
            ("advisories = [\(quote.advisories.map { "\"\($0)\"" }.joined(separator: ","))]", nil),
            ("advisories = []", quote.advisories.isEmpty ? nil : "advisories"), ("maximum_collateral_age_days = 60", nil),
            ("maximum_collateral_age_days = 0", "collateral_age"),
        ] as [(String, String?)] {
            let verdict = try recorded.judge(Self.enclavePolicy(recorded, platform: rule))
            #expect(Self.failed(verdict) == Set([field].compactMap { $0 }), "\(rule)")
        }
        let strict = try Policy(toml: "version = 1\n[enclave]\nmrenclave = \"\(Hex.text(quote.claims.measurement))\"\n")
        #expect(Self.failed(try recorded.judge(strict)).contains("platform_status"))
    }

    @Test("give expired documents the grace that was named and no more, and without it none")
    func grace() throws {
        guard let recorded = try Recorded("sgx-v3-00606a000000-3bfe5ad8") else { return }
        let late = recorded.expires.adding(days: 5)
        let strict = try Self.enclavePolicy(recorded)
        #expect(throws: VerificationFailure.self) { try recorded.judge(strict, at: late) }
        let enough = try recorded.judge(Self.enclavePolicy(recorded, platform: "collateral_grace_days = 6"), at: late)
        #expect(enough.isAccepted, "\(enough.failures)")
        #expect(enough.quote.flags.contains(.expiredCollateral))
        let short = try recorded.judge(Self.enclavePolicy(recorded, platform: "collateral_grace_days = 4"), at: late)
        #expect(Self.failed(short) == ["collateral_expiry"])
        #expect(short.failures.first?.actual.contains("ended at") == true)
    }

    @Test("on trust domains want each measurement, and zero wherever the host sets a field")
    func trustDomain() throws {
        guard let recorded = try Recorded("tdx-v4-b0c06f000000-f1c85033") else { return }
        let quote = try Verifier().verify(quote: recorded.quote, collateral: recorded.collateral, at: recorded.moment)
        guard case .trustDomain(let report) = quote.claims.body else {
            Issue.record("not a trust domain's")
            return
        }
        let base = Self.trustDomainRules(report)
        func policy(_ rules: String) throws -> Policy { try Self.trustDomainPolicy(rules) }
        let accepted = try recorded.judge(policy(base))
        #expect(accepted.isAccepted, "\(accepted.failures)")
        for index in 0..<4 {
            let right = "rtmr\(index) = \"\(Hex.text(report.runtimeMeasurements[index]))\""
            #expect(try recorded.judge(policy(base + right)).isAccepted)
            #expect(Self.failed(try recorded.judge(policy(base + "rtmr\(index) = \"\(Self.long)\""))) == ["rtmr\(index)"])
        }
        #expect(Self.failed(try recorded.judge(policy(base + "mrseam = \"\(Self.long)\""))) == ["mrseam"])
        #expect(Self.failed(try recorded.judge(policy(base + "service_td = \"\(Self.long)\""))) == ["service_td"])
        let other = base.replacingOccurrences(of: Hex.text(report.measurement), with: Self.long)
        #expect(Self.failed(try recorded.judge(policy(other))) == ["mrtd"])
        let enclave = try Policy(
            toml: "version = 1\n[enclave]\nmrenclave = \"\(Self.digest)\"\n[platform]\naccept = [\(Self.allStatuses)]\n")
        #expect(Self.failed(try recorded.judge(enclave)) == ["technology"])
    }

    @Test("in JSON mean what they mean in TOML, and name their place as well")
    func json() throws {
        let toml = try Policy(
            text: "version = 1\n[enclave]\nmrenclave = \"\(Self.digest)\"\n[verification]\ntrailing_bytes = \"ignore\"\n")
        let json = try Policy(
            text:
                "{\"version\": 1, \"enclave\": {\"mrenclave\": [\"\(Self.digest)\"]}, \"verification\": {\"trailing_bytes\": \"ignore\"}}"
        )
        #expect(toml == json)
        #expect(json.options.trailingBytes == .ignore)
        for (text, message) in [
            ("{\n\"version\": 1,\n\"enclave\": {\"mrenclav\": 1}}", "line 3: unknown key \"enclave.mrenclav\""),
            ("{\"version\": 1,\n\"version\": 1}", "line 2, column 1: not JSON: an object names a key twice"),
            ("{\"version\": 1, \"enclave\": {\"mrenclave\": null}}", "line 1: \"enclave.mrenclave\" must be"),
            ("{\"version\": 1} x", "line 1, column 16: not JSON"),
        ] {
            let error = #expect(throws: PolicyError.self) { try Policy(text: text) }
            #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        }
    }

    @Test("know every switch of the verifier by name, with the strict choice where none is made")
    func switches() throws {
        let head = "version = 1\n[enclave]\nmrenclave = \"\(Self.digest)\"\n"
        #expect(try Policy(toml: head).options == .strict)
        var seen = 0
        for key in PolicySchema.keys where key.path.hasPrefix("verification.") {
            let name = key.path.dropFirst("verification.".count)
            for value in key.kind.split(separator: ",").map({ $0.filter { $0 != "`" && $0 != " " } }) {
                let policy = try Policy(toml: head + "[verification]\n\(name) = \"\(value)\"\n")
                #expect((policy.options == .strict) == (key.standard == "`\(value)`"), "\(name) = \(value)")
            }
            let error = #expect(throws: PolicyError.self) { try Policy(toml: head + "[verification]\n\(name) = \"maybe\"\n") }
            #expect(error?.description.contains("line 5") == true)
            seen += 1
        }
        #expect(seen == Mirror(reflecting: VerificationOptions.strict).children.count)
    }

    @Test("have their reference in docs/reference/policy.md as the code prints it")
    func reference() throws {
        let text = try String(contentsOf: Vectors.packageRoot.appendingPathComponent("docs/reference/policy.md"), encoding: .utf8)
        #expect(text == PolicyReference.markdown, "run: inclavare policy-reference > docs/reference/policy.md")
    }
}
