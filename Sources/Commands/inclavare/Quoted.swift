import ArgumentParser
import Attestation
import FoundationEssentials
import Glibc

/// Serves quotes for the software enclaves of this machine.
struct Quoted: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve quotes for software enclaves on a Unix socket, until SIGTERM.",
        discussion: """
            The quotes are SIMULATED: they chain to a root of this machine that is named NOT CONFIDENTIAL. Keys lie in \
            $INCLAVARE_STATE/softsgx/attestation (default /var/lib/inclavare), made at the first start.
            """)

    @Option(help: "The socket to serve.")
    var socket = "/run/inclavare/quoted.sock"

    @Option(help: "The socket's mode, octal.")
    var mode = "660"

    func run() throws {
        guard let mode = UInt32(mode, radix: 8), mode & ~0o777 == 0 else {
            throw ValidationError("--mode \(mode) is not an octal mode such as 660")
        }
        let root = try QuotedState.root()
        let enclave = try SoftwareQuotingEnclave(root: root, stateDirectory: QuotedState.directory)
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: socket).deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        let server = try QuotingServer(path: socket, mode: mode)
        print("listening on \(socket); quotes are SIMULATED, root SHA-256 \(Hex.text(root.certificate.fingerprint))")
        fflush(nil)
        try server.run(answer: QuotingService(enclave: enclave).answer)
    }
}
