import ArgumentParser
import Doctor
import EnclaveBuild

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Tells which SGX this machine has, what is missing, and what to do about it.",
        discussion: """
            Looks, and starts and changes nothing. The exit code is 0 where enclaves run in hardware and can be quoted, otherwise what \
            is missing: 1 processor, 2 firmware, 3 kernel driver, 4 quoting; 10 where software SGX runs and hardware does not.
            """)

    @Flag(help: "Judge the hardware alone: 1, 2 or 3 where it is 10 otherwise.")
    var hardware = false

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var facts = HostFacts.gather()
        do { facts.image = try ImageLocation.path(nil) } catch { facts.imageProblem = error.description }
        let report = DoctorReport(facts, hardwareOnly: hardware)
        try outputOptions.show(report, text: report.text)
        guard report.exitCode == 0 else { throw ExitCode(report.exitCode) }
    }
}
