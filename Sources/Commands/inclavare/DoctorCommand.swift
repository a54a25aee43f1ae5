import ArgumentParser
import CLinux
import EnclaveHost
import Glibc
import SoftSGX

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Tells which SGX this machine has, which features, and why not.")

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let report = DoctorReport()
        try outputOptions.show(report, text: report.text)
    }
}
