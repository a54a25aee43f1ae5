import AESM
import ArgumentParser
import Attestation
import SGX

/// `gen-quote`: a quote of a REPORT.
struct GenerateQuote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gen-quote", abstract: "Have a REPORT quoted, and write the quote.")

    @ParentCommand var tools: SGXTools
    @OptionGroup var service: ServiceOptions

    @Option(help: "The REPORT, 432 bytes, made for the target info of gen-qe-target-info.")
    var report: String

    @Option(help: "For EPID quotes, which there are none of any more.")
    var spid: String?

    @Option(help: "The file to write.")
    var quote = "quote.bin"

    func run() throws {
        try service.quoteType.requireECDSA()
        guard spid == nil else { throw ValidationError("--spid is for EPID quotes; leave it out") }
        let bytes = try ToolFile.read(report)
        let parsed: Report
        do { parsed = try Report(parsing: bytes) } catch { throw ToolError("\(report) is no REPORT: \(error)") }
        if tools.verbose { ToolFile.note("REPORT:\n\(ReportFacts.members(parsed).text())") }
        let made = try service.ask { (client) throws(AESMFailure) in try client.quote(report: bytes) }
        if tools.verbose, let quote = try? Quote(parsing: made) { ToolFile.note("QUOTE:\n\(QuoteFacts.members(quote).text())") }
        try ToolFile.write(made, to: quote)
    }
}
