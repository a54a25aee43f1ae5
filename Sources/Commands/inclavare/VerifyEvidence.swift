import ArgumentParser
import Attestation
import EvidenceClient

/// Where the evidence is: a quote in a file, a service that runs, or the certificate of one.
struct VerifyEvidence: ParsableArguments {
    @Option(help: "The quote to judge; - reads standard input.")
    var quote: String?

    @Option(help: "A running service, HOST:PORT: judge the evidence in the certificate that it shows in a TLS handshake.")
    var connect: String?

    @Option(help: "A service's certificate, PEM or DER, to judge without asking the service; - reads standard input.")
    var certificate: String?

    @Option(help: "The name to ask the service of --connect for (SNI); default: its host name.")
    var serverName: String?

    @Option(help: "How many seconds the service of --connect has.")
    var timeout = 10

    /// What the service cannot be asked for ends with.
    static let unansweredExitCode = ExitCode(4)

    /// Evidence as it was handed over.
    enum Found {
        case quote([UInt8])
        case certificate([UInt8], AttestedKey.Possession)
    }

    func validate() throws {
        guard [quote, connect, certificate].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("name the evidence with one of --quote, --connect and --certificate")
        }
        guard connect != nil || serverName == nil else { throw ValidationError("--server-name goes with --connect") }
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds") }
    }

    /// The file whose folder may hold the collateral.
    var path: String? { [quote, certificate].compactMap { $0 }.first { $0 != "-" } }

    func read() throws -> Found {
        if let quote { return .quote(try VerifyInput.read(quote, "quote")) }
        if let certificate { return .certificate(try VerifyInput.read(certificate, "certificate"), .notShown) }
        guard let connect else { throw ValidationError("no evidence is named") }
        return .certificate(try ask(connect), .handshake)
    }

    private func ask(_ address: String) throws -> [UInt8] {
        do throws(EvidenceClientError) {
            let service = try ServiceAddress(address)
            return try EvidenceClient.certificate(of: service, serverName: serverName, timeoutSeconds: timeout)
        } catch {
            switch error {
            case .badAddress, .badServerName: throw ValidationError(error.description)
            case .unreachable, .noHandshake, .tooLate:
                StandardError.write(error.description)
                throw Self.unansweredExitCode
            }
        }
    }
}
