import ArgumentParser
import Attestation
import CollateralService
import FoundationEssentials

/// `collateral fetch`: brings a platform's collateral into the cache, checked.
struct FetchCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetch, check and cache what verifying a platform's quotes needs.",
        discussion: "Exit code 3 says that it cannot be had, or is not believed.")

    @OptionGroup var platformOptions: PlatformOptions
    @OptionGroup var options: CollateralOptions

    @Option(help: "Write a bundle of it as well, one JSON file for verifiers without a network.")
    var output: String?

    func run() throws {
        let (subject, update) = (try platformOptions.subject(), try platformOptions.tcbUpdate())
        let client = try options.client()
        let store = try options.store(root: try options.trustedRoot(), client: client)
        let collateral = try CollateralFailure.reported { () async throws(CollateralServiceError) in
            let result: Result<Collateral, CollateralServiceError>
            do throws(CollateralServiceError) {
                result = .success(try await store.collateral(for: subject, update: update))
            } catch {
                result = .failure(error)
            }
            await client.close()
            return try result.get()
        }
        if let output { try BundleFile.write(collateral, to: output) }
        print(CollateralSummary(collateral).text)
    }
}
