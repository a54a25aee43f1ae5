import Attestation
import EnclaveCrypto
import Foundation
import SGX
import SoftSGX

/// A quote of a software platform in a folder of its own, with the collateral that it is judged by.
struct BenchEvidence {
    private let folder: URL
    private let root: SoftwareRoot
    private let quote: [UInt8]
    private let collateral: Collateral
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    init(folder: URL) throws {
        self.folder = folder
        root = try SoftwareRoot(stateDirectory: folder.path, at: now)
        let enclave = try SoftwareQuotingEnclave(root: root, stateDirectory: folder.path)
        collateral = try root.collateral(at: now)
        let machine = [UInt8](try Data(contentsOf: folder.appendingPathComponent("softsgx/root.key")))
        var secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: [.initialized, .mode64Bit], xfrm: .legacy))
        secs.isvProdID = 1
        guard let derivation = KeyDerivation(rootKey: machine) else { throw CocoaError(.fileReadCorruptFile) }
        let report = try derivation.report(
            by: EnclaveIdentity(secs: secs, cpuSVN: SoftwareProcessor.cpuSVN), for: enclave.targetInfo, data: FixedBytes<64>(),
            keyID: FixedBytes<32>())
        quote = try enclave.quote(report: report.bytes).bytes
    }

    /// What a peer needs to judge the same evidence.
    func export() throws {
        try Data(quote).write(to: folder.appendingPathComponent("quote.bin"))
        try Data(collateral.json.utf8).write(to: folder.appendingPathComponent("collateral.json"))
        try Data(root.certificate.der).write(to: folder.appendingPathComponent("root-ca.der"))
    }

    /// The ways to verify, from reading everything anew to keeping all that can be kept.
    func ways() throws -> [(String, () throws -> Void)] {
        let roots: Set<TrustedRoot> = [.simulation(fingerprint: root.certificate.fingerprint)]
        let json = Array(collateral.json.utf8)
        let verified = try VerifiedCollateral(verifying: collateral, roots: roots)
        let platform = try verified.platform(of: Quote(parsing: quote))
        return [
            ("json", { _ = try Verifier(roots: roots).verify(quote: quote, collateral: Collateral(json: json), at: now) }),
            ("uncached", { _ = try Verifier(roots: roots).verify(quote: quote, collateral: collateral, at: now) }),
            ("cached", { _ = try verified.verify(Quote(parsing: quote), at: now) }),
            ("cached-platform", { _ = try verified.verify(Quote(parsing: quote), on: platform, at: now) }),
            ("parse", { _ = try Quote(parsing: quote) }),
        ]
    }
}
