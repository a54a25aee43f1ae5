import ContainerRuntime
import Glibc
import Linux
import OCI

/// `ps`: a container's processes, as an array of numbers or as the lines that ps(1) has for them.
enum PsCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var format = "table"
        while let option = try scanner.option() {
            guard option.name == "--format" || option.name == "-f" else { throw UsageError.unknown(option.name) }
            format = try scanner.value(of: option)
        }
        guard let id = scanner.operand() else { throw UsageError("ps: the container's ID is missing") }
        var words: [String] = []
        while let word = scanner.operand() { words.append(word) }
        guard format == "table" || format == "json" else { throw UsageError("ps: unknown format \"\(format)\"") }
        let processes = try runtime.processes(id)
        if format == "json" {
            let array = JSONWriter.write(.array(processes.map { .integer(Int64($0)) }))
            return CommandOutput.write(String(decoding: array, as: UTF8.self) + "\n")
        }
        let listing = try CommandOutput.reading("ps", words.isEmpty ? ["-ef"] : words)
        return CommandOutput.write(try table(listing, of: Set(processes)))
    }

    /// The head and the lines whose column PID names one of `processes`.
    static func table(_ listing: String, of processes: Set<Int32>) throws -> String {
        let lines = listing.split(separator: "\n")
        guard let head = lines.first,
            let column = head.split(whereSeparator: \.isWhitespace).firstIndex(where: { $0 == "PID" })
        else { throw UsageError("ps: what ps(1) prints has no column PID") }
        let own = lines.dropFirst().filter { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return column < words.count && Int32(words[column]).map(processes.contains) == true
        }
        return ([head] + own).map { $0 + "\n" }.joined()
    }
}
