import ArgumentParser
import Attestation
import CollateralService
import EnclaveBuild
import FoundationEssentials
import QuotedCommand

/// What verifiers need beside a quote, of any platform; `export` gives that of this machine's software SGX as well.
struct QuotedCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collateral", abstract: "What verifiers need beside a quote: fetch, cache, bundle and serve it.",
        subcommands: [
            FetchCollateral.self, FetchCertificate.self, ShowCollateral.self, Export.self, ImportCollateral.self,
            ServeCollateral.self,
            ListFamilies.self,
        ])

    /// Writes collateral, root certificate and its fingerprint for verifiers elsewhere.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a bundle of cached collateral, or this machine's SIMULATED collateral.",
            discussion: """
                With --quote or --fmspc the argument is a file: a bundle, one JSON file, from the cache. Without, it is a directory, and \
                gets collateral.json, root-ca.der, root-ca.pem and root-ca.sha256 of this machine's software SGX.
                """)

        @Argument(help: "The bundle to write, or the directory, made when missing.")
        var directory: String

        @OptionGroup var platformOptions: PlatformOptions
        @OptionGroup var options: CollateralOptions

        func run() throws {
            guard !platformOptions.isGiven else { return try writeBundle() }
            let root = try QuotedState.root()
            let collateral = try root.collateral(at: QuotedState.now)
            let folder = URL(fileURLWithPath: directory)
            let fingerprint = Hex.text(root.certificate.fingerprint)
            try write(
                [
                    ("collateral.json", Data(collateral.json.utf8)), ("root-ca.der", Data(root.certificate.der)),
                    ("root-ca.pem", Data(root.rootPEM.utf8)), ("root-ca.sha256", Data("\(fingerprint)\n".utf8)),
                ], to: folder)
            print("SIMULATED root \"\(root.certificate.name)\", SHA-256 \(fingerprint), collateral in \(directory)")
        }

        /// From the cache alone: nothing is fetched for it.
        private func writeBundle() throws {
            let (subject, update) = (try platformOptions.subject(), try platformOptions.tcbUpdate())
            let store = try options.store(root: try options.trustedRoot(), client: nil)
            let collateral = try CollateralFailure.reported { () async throws(CollateralServiceError) in
                try await store.collateral(for: subject, update: update)
            }
            try BundleFile.write(collateral, to: directory)
            print(CollateralSummary(collateral).text)
        }

        private func write(_ files: [(name: String, bytes: Data)], to folder: URL) throws {
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                for file in files { try file.bytes.write(to: folder.appendingPathComponent(file.name), options: .atomic) }
            } catch {
                throw BuildError(
                    "cannot write the collateral to \(directory)", why: FileFailure.reason(error),
                    remedy: "give a folder that can be written")
            }
        }
    }
}
