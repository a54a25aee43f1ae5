import ArgumentParser
import CollateralService

/// `collateral families`: the platform families that a service knows.
struct ListFamilies: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "families", abstract: "Print the FMSPCs that a service knows, as its JSON list, which nobody signs.")

    @Option(help: "Only platforms of this kind: all, client, E3, E5 or E7.")
    var platform = "all"

    @OptionGroup var options: CollateralOptions

    func run() throws {
        guard ["all", "client", "E3", "E5", "E7"].contains(platform) else {
            throw ValidationError("--platform takes all, client, E3, E5 or E7")
        }
        let (client, platform) = (try options.client(), platform)
        let list = try CollateralFailure.reported { () async throws(CollateralServiceError) in
            let result: Result<[UInt8], CollateralServiceError>
            do throws(CollateralServiceError) { result = .success(try await client.families(platform: platform)) } catch {
                result = .failure(error)
            }
            await client.close()
            return try result.get()
        }
        print(String(decoding: list, as: UTF8.self))
    }
}
