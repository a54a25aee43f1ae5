import AESM
import ArgumentParser

/// Where quotes come from.
struct ServiceOptions: ParsableArguments {
    @Option(help: "The socket of the quoting service, which speaks AESM's protocol.")
    var socket = "/var/run/aesmd/aesm.socket"

    @Option(help: "ecdsa; epidUnlinkable and epidLinkable are known and refused.")
    var quoteType = QuoteType.ecdsa

    /// Asks, and puts the service's refusal into a line.
    func ask(_ body: (inout AESMClient) throws(AESMFailure) -> [UInt8]) throws -> [UInt8] {
        try quoteType.requireECDSA()
        var client = AESMClient(path: socket)
        do throws(AESMFailure) { return try body(&client) } catch { throw ToolError("the quoting service at \(socket): \(error)") }
    }
}
