import Attestation
import Foundation
import SGX
import Testing

@Suite("Software quoting")
struct SoftwareQuotingTests {
    let platform: SoftwarePlatformFixture

    init() throws { platform = try SoftwarePlatformFixture() }

    @Test("makes a quote that the verifier and a policy accept, as SIMULATED")
    func accepted() throws {
        defer { platform.remove() }
        let bytes = try platform.quote()
        #expect(try Quote(parsing: bytes).bytes == bytes)
        let verdict = try platform.judge(bytes, platform.policy())
        #expect(verdict.isAccepted, "\(verdict.failures)")
        #expect(verdict.quote.isSimulated)
        #expect(verdict.quote.status == .upToDate)
        #expect(verdict.quote.rootName == "Inclavare Software SGX – NOT CONFIDENTIAL")
        #expect(verdict.quote.claims.measurement == SoftwarePlatformFixture.measurement)
    }

    @Test("of another claim than the policy's is refused naming the field, the expected and the actual value")
    func wrongClaims() throws {
        defer { platform.remove() }
        let quote = try platform.quote()
        let other = [UInt8](repeating: 0x77, count: 32)
        var policies: [(String, Policy)] = []
        func add(_ field: String, _ change: (inout Policy) -> Void) throws {
            var policy = try platform.policy()
            change(&policy)
            policies.append((field, policy))
        }
        try add("mrenclave") { $0.measurements = [other] }
        try add("mrsigner") { $0.signers = [other] }
        try add("product_id") { $0.productID = 8 }
        try add("security_version") { $0.minimumSecurityVersion = 4 }
        try add("report_data") { $0.reportData = other + other }
        try add("root") { $0.simulationRoot = nil }
        try add("root") { $0.simulationRoot = other }
        try add("platform_status") { $0.acceptedStatuses = [.outOfDate] }
        for (field, policy) in policies {
            let verdict = try platform.judge(quote, policy)
            #expect(verdict.failures.map(\.field) == [field])
            #expect(verdict.failures.allSatisfy { $0.expected != $0.actual && !$0.mend.isEmpty })
        }
    }

    @Test("of a debug enclave is refused unless the policy allows debug")
    func debug() throws {
        defer { platform.remove() }
        let quote = try platform.quote(SoftwarePlatformFixture.identity(debug: true))
        #expect(try platform.judge(quote, platform.policy()).failures.map(\.field) == ["debug"])
        var policy = try platform.policy()
        policy.allowsDebug = true
        #expect(try platform.judge(quote, policy).isAccepted)
    }

    @Test("of an enclave with CONFIGID set by the host is refused")
    func configID() throws {
        defer { platform.remove() }
        let quote = try platform.quote(SoftwarePlatformFixture.identity(configID: 1))
        #expect(try platform.judge(quote, platform.policy()).failures.map(\.field) == ["config_id"])
    }

    @Test("refuses a REPORT with any bit changed, of another machine, or for another target")
    func badReports() throws {
        defer { platform.remove() }
        let good = try platform.report().bytes
        for offset in [64, 128, 300, 320, 383, 384, 415, 416, 431] where offset != 300 {
            var bytes = good
            bytes[offset] ^= 1
            #expect(throws: QuotingError.foreignReport, "offset \(offset)") { try platform.enclave.quote(report: bytes) }
        }
        var elsewhere = platform.enclave.targetInfo
        elsewhere.configSVN = 1
        #expect(throws: QuotingError.foreignReport) {
            try platform.enclave.quote(report: platform.report(for: elsewhere).bytes)
        }
        let foreign = try SoftwarePlatformFixture()
        defer { foreign.remove() }
        #expect(throws: QuotingError.foreignReport) { try platform.enclave.quote(report: foreign.report().bytes) }
        #expect(throws: QuotingError.self) { try platform.enclave.quote(report: Array(good.dropLast())) }
    }

    @Test("has every byte of header, body and signatures covered: one changed bit anywhere refuses the quote")
    func changedBits() throws {
        defer { platform.remove() }
        let quote = try platform.quote()
        let verifier = Verifier(roots: [.simulation(fingerprint: platform.root.certificate.fingerprint)])
        let collateral = try platform.root.collateral(at: platform.now)
        // Up to the certification data: the chain is PEM text, whose line ends may be written differently.
        for offset in 0..<1_052 {
            var bytes = quote
            bytes[offset] ^= 1
            #expect(throws: VerificationFailure.self, "offset \(offset)") {
                try verifier.verify(quote: bytes, collateral: collateral, at: platform.now)
            }
        }
    }

    @Test("is not believed by a verifier that was not told the root, and says how to tell it")
    func untoldRoot() throws {
        defer { platform.remove() }
        let quote = try platform.quote()
        let fingerprint = platform.root.certificate.fingerprint
        let failure = VerificationFailure.untrustedRoot(
            subject: SoftwareRoot.commonName, fingerprint: fingerprint, simulation: true)
        #expect(throws: failure) {
            try Verifier().verify(quote: quote, collateral: platform.root.collateral(at: platform.now), at: platform.now)
        }
        #expect(failure.mend.contains(Hex.text(fingerprint)))
        #expect(failure.description.contains("SIMULATION"))
    }

    @Test("collateral of another root, or judged after its end, is refused")
    func otherCollateral() throws {
        defer { platform.remove() }
        let quote = try platform.quote()
        let verifier = Verifier(roots: [.simulation(fingerprint: platform.root.certificate.fingerprint)])
        let collateral = try platform.root.collateral(at: platform.now)
        let late = Result { () throws(VerificationFailure) in
            try verifier.verify(quote: quote, collateral: collateral, at: platform.now.adding(days: 31))
        }
        guard case .failure(let failure) = late else {
            Issue.record("expired collateral was accepted")
            return
        }
        #expect(failure.kind == .staleCollateral)
        let foreign = try SoftwarePlatformFixture()
        defer { foreign.remove() }
        #expect(throws: VerificationFailure.self) {
            try verifier.verify(quote: quote, collateral: foreign.root.collateral(at: platform.now), at: platform.now)
        }
    }

    @Test("keeps root, keys and collateral over restarts and renews collateral that is near its end")
    func restarts() throws {
        defer { platform.remove() }
        let again = try SoftwarePlatformFixture(state: platform.state)
        #expect(again.root.certificate == platform.root.certificate)
        #expect(again.enclave.targetInfo == platform.enclave.targetInfo)
        let keys = try [platform, again].map { try Quote(parsing: $0.quote()).signatureData.attestationKey }
        #expect(keys[0] == keys[1])
        let first = try platform.root.collateral(at: platform.now)
        #expect(try again.root.collateral(at: platform.now.adding(days: 1)) == first)
        let later = try again.root.collateral(at: platform.now.adding(days: 25))
        #expect(later != first)
        #expect(throws: Never.self) {
            try Verifier(roots: again.roots).verify(
                quote: try again.quote(), collateral: later, at: platform.now.adding(days: 50))
        }
    }

    @Test("cannot open the attestation key of another machine")
    func foreignSealedKey() throws {
        defer { platform.remove() }
        let foreign = try SoftwarePlatformFixture()
        defer { foreign.remove() }
        let name = "softsgx/attestation/attestation-key.sealed"
        let target = platform.state.appendingPathComponent(name)
        try Data(contentsOf: foreign.state.appendingPathComponent(name)).write(to: target)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target.path)
        #expect(throws: SoftwareStateError.self) { try SoftwarePlatformFixture(state: platform.state) }
    }

    @Test("refuses keys that others could have read")
    func exposed() throws {
        defer { platform.remove() }
        let key = platform.state.appendingPathComponent("softsgx/attestation/root.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key.path)
        #expect(throws: SoftwareStateError.self) { try SoftwareRoot(stateDirectory: platform.state.path, at: platform.now) }
    }

    @Test("is made once when many start at the same time")
    func race() async throws {
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: state) }
        let roots = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try SoftwarePlatformFixture(state: state).root.certificate.fingerprint } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(roots.count == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: state.appendingPathComponent("softsgx").path)
        #expect(left.sorted() == ["attestation", "root.key"])
    }
}

extension SoftwarePlatformFixture {
    var roots: Set<TrustedRoot> { [.simulation(fingerprint: root.certificate.fingerprint)] }
}
