import ArgumentParser
import Attestation
import CollateralService

/// `collateral import`: puts a bundle into the cache when every piece of it is genuine.
struct ImportCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Check a bundle and put it into the cache.",
        discussion: "Exit code 3 says that a piece is not believed; nothing is cached then.")

    @Argument(help: "The bundle, or collateral.json of another tool.")
    var file: String

    @OptionGroup var options: CollateralOptions

    func run() throws {
        let bundle = try BundleFile.read(file)
        let store = try options.store(root: try options.trustedRoot(), client: nil)
        let items = try CollateralFailure.reported { () async throws(CollateralServiceError) in try store.add(bundle) }
        print(CollateralListing(items).text)
    }
}
