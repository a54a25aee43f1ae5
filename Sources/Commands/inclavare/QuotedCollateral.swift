import ArgumentParser
import Attestation
import EnclaveBuild
import FoundationEssentials
import QuotedCommand

/// The collateral of this machine's software SGX.
struct QuotedCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collateral", abstract: "What verifiers of this machine's SIMULATED quotes need.", subcommands: [Export.self])

    /// Writes collateral, root certificate and its fingerprint for verifiers elsewhere.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write collateral.json, root-ca.der, root-ca.pem and root-ca.sha256 into a directory.")

        @Argument(help: "The directory; made when missing.")
        var directory: String

        func run() throws {
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
