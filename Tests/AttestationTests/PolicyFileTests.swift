import Attestation
import Testing

@Suite("Policy files")
struct PolicyFileTests {
    static let digest = String(repeating: "ab", count: 32)

    @Test("with every key give the policy they spell")
    func complete() throws {
        let policy = try Policy(
            toml: """
                version = 1
                [enclave]
                mrenclave = ["\(Self.digest)", "\(String(repeating: "CD", count: 32))"]
                mrsigner = "\(Self.digest)"
                product_id = 2
                minimum_security_version = 3
                debug = true
                report_data = "0102"
                [platform]
                accept = ["UpToDate", "SWHardeningNeeded"]
                advisories = ["INTEL-SA-00289"]
                maximum_collateral_age_days = 30
                [simulation]
                root_fingerprint = "\(Self.digest)"
                """)
        #expect(policy.measurements.count == 2)
        #expect(policy.measurements[1] == [UInt8](repeating: 0xcd, count: 32))
        #expect(policy.signers.count == 1)
        #expect(policy.productID == 2)
        #expect(policy.minimumSecurityVersion == 3)
        #expect(policy.allowsDebug)
        #expect(policy.reportData == [1, 2] + [UInt8](repeating: 0, count: 62))
        #expect(policy.acceptedStatuses == [.upToDate, .softwareHardeningNeeded])
        #expect(policy.acceptedAdvisories == ["INTEL-SA-00289"])
        #expect(policy.maximumCollateralAgeDays == 30)
        #expect(policy.roots == [.intel, .simulation(fingerprint: [UInt8](repeating: 0xab, count: 32))])
    }

    @Test("that leave something out refuse it: debug, other statuses, simulation")
    func defaults() throws {
        let policy = try Policy(toml: "version = 1\n[enclave]\nmrenclave = \"\(Self.digest)\"\n")
        #expect(!policy.allowsDebug)
        #expect(policy.acceptedStatuses == [.upToDate])
        #expect(policy.roots == [.intel])
    }

    @Test(
        "with a mistake name the line and the key",
        arguments: [
            ("version = 1\n[enclave]\nmrenclav = \"x\"\n", "line 3: unknown key \"enclave.mrenclav\""),
            ("version = 1\n[enclave]\nmrenclave = \"zz\"\n", "line 3: \"enclave.mrenclave\" must be 64 hexadecimal digits"),
            ("version = 2\n", "line 1: \"version\" must be 1"),
            ("version = 1\n[enclaves]\n", "line 2: unknown key \"enclaves\""),
            ("[enclave]\nmrenclave = \"x\"\n", "\"version\" is missing"),
            ("version = 1\n[enclave]\ndebug = 1\n", "line 3: \"enclave.debug\" must be true or false"),
            ("version = 1\n[enclave]\nproduct_id = 65536\n", "line 3: \"enclave.product_id\" must be a number from 0 to 65535"),
            ("version = 1\n[enclave\n", "line 2"),
            ("version = 1\n[enclave]\n", "no expected identity"),
            ("version = 1\n[enclave]\nmrsigner = \"\(digest)\"\n", "no expected identity"),
            ("version = 1\n[enclave]\nmrenclave = \"\(digest)\"\n[simulation]\n", "\"simulation.root_fingerprint\" is missing"),
            ("version = 1\n[enclave]\nmrenclave = \"\(digest)\"\n[simulation]\nallow = true\n", "line 5: unknown key"),
            (
                "version = 1\n[enclave]\nmrenclave = \"\(digest)\"\n[platform]\naccept = [\"Revoked\"]\n",
                "line 5: \"platform.accept\""
            ),
        ])
    func mistakes(text: String, message: String) {
        let result = Result { () throws(PolicyError) in try Policy(toml: text) }
        guard case .failure(let error) = result else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(error.description.hasPrefix(message), "\(error)")
    }

    @Test("never expect report data that an asker from outside could have chosen")
    func nonce() {
        let data = Policy.reportData(nonce: [1, 2, 3])
        #expect(data.count == 64)
        #expect(data != Policy.reportData(nonce: [1, 2, 4]))
    }
}
