import Attestation
import EnclaveCrypto
import Foundation
import SGX

/// A software platform in a directory of its own, and an enclave on it that makes reports.
struct SoftwarePlatformFixture {
    let state: URL
    let root: SoftwareRoot
    let enclave: SoftwareQuotingEnclave
    let derivation: KeyDerivation
    let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    init(state: URL? = nil) throws {
        self.state =
            state ?? FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        root = try SoftwareRoot(stateDirectory: self.state.path, at: now)
        enclave = try SoftwareQuotingEnclave(root: root, stateDirectory: self.state.path)
        let key = [UInt8](try Data(contentsOf: self.state.appendingPathComponent("softsgx/root.key")))
        derivation = KeyDerivation(rootKey: key)!
    }

    func remove() { try? FileManager.default.removeItem(at: state) }

    static let measurement = [UInt8](repeating: 0x11, count: 32)
    static let signer = [UInt8](repeating: 0x22, count: 32)
    static let reportData = [UInt8](repeating: 0x33, count: 64)

    static func identity(debug: Bool = false, configID: UInt8 = 0) -> EnclaveIdentity {
        var secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: debug ? [.initialized, .mode64Bit, .debug] : [.initialized, .mode64Bit], xfrm: .legacy))
        secs.mrEnclave = Digest(bytes: measurement)!
        secs.mrSigner = Digest(bytes: signer)!
        secs.isvProdID = 7
        secs.isvSVN = 3
        secs.configID[0] = configID
        return EnclaveIdentity(secs: secs, cpuSVN: FixedBytes(SoftwarePlatform.components)!)
    }

    func report(
        _ identity: EnclaveIdentity = identity(), for target: TargetInfo? = nil, data: [UInt8] = reportData
    ) throws -> Report {
        try derivation.report(
            by: identity, for: target ?? enclave.targetInfo, data: FixedBytes(data)!,
            keyID: FixedBytes([UInt8](repeating: 9, count: 32))!)
    }

    func quote(_ identity: EnclaveIdentity = identity(), data: [UInt8] = reportData) throws -> [UInt8] {
        try enclave.quote(report: try report(identity, data: data).bytes).bytes
    }

    func policy() throws -> Policy {
        try Policy(
            measurements: [Self.measurement], signers: [Self.signer], productID: 7, minimumSecurityVersion: 3,
            reportData: Self.reportData, simulationRoot: root.certificate.fingerprint)
    }

    func judge(_ quote: [UInt8], _ policy: Policy) throws -> Verdict {
        let verified = try Verifier(roots: [.simulation(fingerprint: root.certificate.fingerprint)])
            .verify(quote: quote, collateral: try root.collateral(at: now), at: now)
        return policy.judge(verified)
    }
}
