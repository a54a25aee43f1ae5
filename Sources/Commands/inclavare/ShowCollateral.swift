import ArgumentParser
import Attestation
import CollateralService

/// `collateral show`: what a bundle holds, or what is in the cache.
struct ShowCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a bundle holds and until when, or list the cache.")

    @Argument(help: "A bundle or collateral.json; without it the cache is listed.")
    var file: String?

    @OptionGroup var options: CollateralOptions

    func run() throws {
        if let file { return print(CollateralSummary(try BundleFile.read(file)).text) }
        let store = try options.store(root: try options.trustedRoot(), client: nil)
        print(CollateralListing(store.entries()).text)
    }
}
