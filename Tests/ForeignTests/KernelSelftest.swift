import Foundation

/// The Linux kernel's own SGX selftest, compiled from Debian's unchanged sources.
enum KernelSelftest {
    static let folder: Result<String, any Error> = Result {
        let out = "\(Command.packageRoot)/.build/kernel-selftest"
        let made = try Command.run(["\(Command.packageRoot)/Scripts/sgx-selftest", "build", out], within: 900)
        guard made.status == 0 else { throw ForeignPrograms.NotMade(what: "kernel selftest", why: made.errors) }
        print(made.text, terminator: "")
        return out
    }

    static func run(library: String? = nil) throws -> (Command, TAPReport) {
        let environment = library.map { ["INCLAVARE_SGX_LIBRARY": $0] } ?? [:]
        // Three of its tests make an enclave as large as the whole EPC.
        let run = try SGXRun.run(
            ["./test_sgx"], in: try folder.get(), options: ["--epc", "64M"], environment: environment, within: 900)
        return (run, TAPReport(run.text))
    }
}
