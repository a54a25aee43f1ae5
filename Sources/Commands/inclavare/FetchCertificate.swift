import ArgumentParser
import Attestation
import CollateralService
import EnclaveBuild
import FoundationEssentials

/// `collateral certificate`: a platform's own PCK certificate, for its quote provider and for quotes that only name their platform.
struct FetchCertificate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Fetch, check and cache the PCK certificate of a platform at its present versions.",
        discussion: """
            The platform is what Intel's PCKIDRetrievalTool wrote of it. Of all its certificates the best is taken that its versions \
            reach; collateral serve gives it to the platform's quote provider from then on. Exit code 3 says that there is none, or \
            that it is not believed.
            """)

    @Argument(help: "The tool's file, pckid_retrieval.csv; - reads standard input.")
    var file: String

    @OptionGroup var options: CollateralOptions

    @Option(help: "Write the chain as PEM: certificate, CA and root.")
    var output: String?

    func run() throws {
        let platform = try record()
        let client = try options.client()
        let store = try options.store(root: try options.trustedRoot(), client: client)
        let item = try CollateralFailure.reported { () async throws(CollateralServiceError) in
            let result: Result<VerifiedItem, CollateralServiceError>
            do throws(CollateralServiceError) { result = .success(try await store.certificate(of: platform)) } catch {
                result = .failure(error)
            }
            await client.close()
            return try result.get()
        }
        if let output { try write(item.item, to: output) }
        print(CollateralListing([item]).text)
    }

    private func record() throws -> PlatformRecord {
        let text = String(decoding: try VerifyInput.read(file, "platform's record"), as: UTF8.self)
        guard let record = PlatformRecord(text) else {
            throw ValidationError(
                "\(file) is no line EncryptedPPID,PCE_ID,CPUSVN,PCE_ISVSVN,QE_ID[,PLATFORM_MANIFEST] in hexadecimal")
        }
        return record
    }

    private func write(_ item: CollateralItem, to path: String) throws {
        do {
            try (Data(item.content) + Data(item.issuerChain.utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BuildError(
                "cannot write the chain \(path)", why: FileFailure.reason(error), remedy: "give a file that can be written")
        }
    }
}
