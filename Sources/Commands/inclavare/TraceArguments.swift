import ArgumentParser
import EnclaveBuild
import EnclaveHost
import Foundation
import Linux

/// Whether system calls are shown, which, how and where.
struct TraceArguments: ParsableArguments {
    @Flag(help: "Show system calls on standard error, as far as the manifest's `trace` lets the host see them.")
    var trace = false
    @Option(
        help: ArgumentHelp(
            "Only these, comma-separated: names of calls, subjects, groups of strace. Implies --trace.", valueName: "names"))
    var traceOnly: String?
    @Option(help: ArgumentHelp("Write the trace into a file. Implies --trace.", valueName: "file"))
    var traceTo: String?
    @Flag(help: "Begin each line with the seconds since the first. Implies --trace.")
    var traceTimes = false

    /// `nil` when no trace is asked for; the file stays open as long as the process.
    func options() throws -> TraceOptions? {
        guard trace || traceOnly != nil || traceTo != nil || traceTimes else { return nil }
        var options = TraceOptions()
        options.times = traceTimes
        if let traceOnly { options.filter = try Self.filter(traceOnly) }
        if let traceTo {
            do throws(SystemCallError) {
                options.descriptor = try FileDescriptor.open(traceTo, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode: 0o644)
                    .release()
            } catch {
                throw BuildError(
                    "cannot write \(traceTo)", why: SystemCallError.reason(error.code), remedy: "give a file that can be written")
            }
        }
        return options
    }

    private static func filter(_ words: String) throws(BuildError) -> TraceFilter {
        do throws(TraceFilter.UnknownName) {
            return try TraceFilter(words)
        } catch {
            throw BuildError(
                "cannot trace \(error.name)", why: "it is neither a system call nor a subject",
                remedy: "subjects are " + TraceFilter.subjectNames.joined(separator: ", "))
        }
    }
}
