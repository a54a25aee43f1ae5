import ArgumentParser
import Attestation
import SGX

/// `show`: what is in a file, by its kind.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a quote, REPORT, TARGETINFO, SIGSTRUCT, EINITTOKEN, certificate or collateral.",
        discussion: "Nothing is judged: what is shown may be forged. verify-quote judges.")

    @Argument(help: "The file; - reads standard input.")
    var file: String

    @Option(help: "What it is; found out when not given.")
    var kind: StructureKind?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let bytes = try ToolFile.read(file)
        guard let kind = kind ?? StructureKind(of: bytes) else {
            throw ToolError("\(file): \(bytes.count) bytes that are none of \(StructureKind.names): say what it is with --kind")
        }
        let facts: Fact
        do { facts = try kind.facts(bytes) } catch { throw ToolError("\(file) is no \(kind.rawValue): \(error)") }
        print(json ? facts.json : facts.text(), terminator: json ? "\n" : "")
    }
}
