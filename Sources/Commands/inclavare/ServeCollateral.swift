import ArgumentParser
import CollateralService
import Glibc

/// `collateral serve`: a cache server with the interface of Intel's.
struct ServeCollateral: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve collateral to other verifiers and quote providers, until SIGTERM.",
        discussion: """
            It answers on the paths of Intel's cache (PCCS), so that unmodified clients can be pointed at it, and gives out only what it \
            has checked. With --offline it serves what is cached and asks nobody.
            """)

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 takes any.")
    var port = 8081

    @Option(help: "PEM file of the server's TLS certificate; without it the server speaks plain HTTP.")
    var tlsCertificate: String?

    @Option(help: "PEM file of the certificate's key.")
    var tlsKey: String?

    @Flag(help: "Never ask another service.")
    var offline = false

    @OptionGroup var options: CollateralOptions

    func run() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535") }
        let client = offline ? nil : try options.client()
        let store = try options.store(root: try options.trustedRoot(), client: client)
        let server = CollateralServer(
            store: store, configuration: .init(host: host, port: port, certificate: tlsCertificate, privateKey: tlsKey))
        let place = "\(tlsCertificate == nil ? "http" : "https")://\(host)"
        try CollateralFailure.reported { () async throws(CollateralServiceError) in
            try await server.run { port in
                print("serving collateral at \(place):\(port)/sgx/certification/v4/")
                fflush(nil)
            }
        }
    }
}
