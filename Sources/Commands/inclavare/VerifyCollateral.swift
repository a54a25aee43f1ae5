import ArgumentParser
import Attestation
import CollateralService
import FoundationEssentials

/// Finds the collateral for a quote: the file that was named, the one beside the quote, the cache, a service when that was asked for;
/// and what a certificate brought with it where nothing else is known.
struct VerifyCollateral: ParsableArguments {
    @Option(help: "The collateral as JSON; default: collateral.json beside the quote or certificate, then the cache.")
    var collateral: String?

    @Flag(help: "Take it from the cache, and what is missing or expired there from a service.")
    var fetch = false

    @OptionGroup var options: CollateralOptions

    /// What was looked for in vain, and what to do.
    struct Missing: Error {
        let why: String
        let mend: String
    }

    func find(for quote: [UInt8], beside path: String?, embedded: Collateral?, _ policy: Policy) throws -> Collateral {
        if let collateral { return try file(collateral) }
        if !fetch, let path {
            let beside = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("collateral.json").path
            if FileManager.default.fileExists(atPath: beside) { return try file(beside) }
        }
        return try cached(quote, policy, or: embedded)
    }

    private func file(_ path: String) throws -> Collateral {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Missing(why: "there is no \(path)", mend: "name the collateral with --collateral, or fetch it with --fetch")
        }
        do { return try Collateral(json: [UInt8](bytes)) } catch { throw VerificationFailure.collateral(error) }
    }

    /// What a peer brought may be an older, still valid revocation list: with anything of this root in the cache it is not believed.
    private func cached(_ quote: [UInt8], _ policy: Policy, or embedded: Collateral?) throws -> Collateral {
        let subject = try CollateralSubject(quote: quote, options: policy.options)
        let simulated = subject.fmspc == SoftwarePlatform.fmspc
        let root = simulated ? policy.simulationRoot.map { TrustedRoot.simulation(fingerprint: $0) } ?? .intel : .intel
        let client = fetch ? try options.client() : nil
        let store = try options.store(root: root, client: client)
        let result = CollateralFailure.result { () async throws(CollateralServiceError) in
            let found: Result<Collateral, CollateralServiceError>
            do throws(CollateralServiceError) {
                found = .success(try await store.collateral(for: subject))
            } catch {
                found = .failure(error)
            }
            await client?.close()
            return try found.get()
        }
        switch result {
        case .success(let collateral): return collateral
        case .failure(let error):
            if let embedded, !fetch, store.isEmpty { return embedded }
            throw Missing(why: error.description, mend: "fetch it with --fetch, or name a file with --collateral")
        }
    }
}
