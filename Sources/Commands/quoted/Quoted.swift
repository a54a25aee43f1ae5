import ArgumentParser
import Attestation
import Glibc

/// Serves quotes in AESM's protocol.
package struct Quoted: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "quoted", abstract: "Serve quotes on AESM's Unix socket, until SIGTERM.",
        discussion: """
            Clients of Intel's AESM service (Intel's libraries, Gramine, Occlum, EGo) and enclaves of Inclavare get their quotes \
            here. The quotes are SIMULATED: they chain to a root of this machine that is named NOT CONFIDENTIAL. Keys lie in \
            $INCLAVARE_STATE/softsgx/attestation (default /var/lib/inclavare), made at the first start. With --upstream no quotes \
            are made here: requests go on to the service that makes them, and clients that stall or lie do not reach it.
            """)

    private static let usualFolder = "/var/run/aesmd"

    @Option(help: "The socket to serve; its folder has to be there, the usual one is made.")
    var socket = "\(Self.usualFolder)/aesm.socket"

    @Option(help: "The socket's mode, octal.")
    var mode = "666"

    @Option(help: "Only members of this group may ask, and root; may be repeated, the first owns the socket.")
    var group: [String] = []

    @Option(help: "Forward to the AESM service at this socket, where quotes are made in hardware.")
    var upstream: String?

    package init() {}

    package func run() throws {
        guard let mode = UInt32(mode, radix: 8), mode & ~0o777 == 0 else {
            throw ValidationError("--mode \(self.mode) is not an octal mode such as 660")
        }
        let (service, notice) = try service()
        try makeUsualFolder()
        let server = try QuotingServer(path: socket, mode: mode, rule: PeerRule(groups: group), upstream: upstream)
        print("listening on \(socket); \(notice)")
        fflush(nil)
        try server.run(service) { line in
            let text = Array("quoted: \(line)\n".utf8)
            _ = write(2, text, text.count)
        }
    }

    /// Any other folder that is missing may be a mistyped one.
    private func makeUsualFolder() throws {
        guard socket.hasPrefix("\(Self.usualFolder)/"), mkdir(Self.usualFolder, 0o755) != 0, errno != EEXIST else { return }
        throw QuotingServerError.system(operation: "make", path: Self.usualFolder, code: errno)
    }

    private func service() throws -> (QuotingService, notice: String) {
        if let upstream { return (.upstream, "requests go on to \(upstream)") }
        let root = try QuotedState.root()
        let enclave = try SoftwareQuotingEnclave(root: root, stateDirectory: QuotedState.directory)
        return (
            QuotingService(enclave: enclave), "quotes are SIMULATED, root SHA-256 \(Hex.text(root.certificate.fingerprint))"
        )
    }
}
