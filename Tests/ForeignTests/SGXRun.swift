import Foundation

/// A program under `inclavare sgx-run`, with a machine root key of its own.
enum SGXRun {
    static func run(
        _ program: [String], in folder: String = "/", options: [String] = [], environment: [String: String] = [:],
        within seconds: Int = 300
    ) throws -> Command {
        let state = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: state.path)
        let words = [Release.inclavare, "sgx-run", "--state", state.path] + options + ["--"] + program
        // The programs find their enclave and key in the working directory.
        return try Command.run(
            ["env", "--chdir=\(folder)"] + words, environment: environment, within: seconds)
    }

    /// What failed, for a test's message.
    static func account(_ run: Command, _ report: TAPReport) -> String {
        "\(report.summary)\nexit code \(run.status)\n\(run.errors.suffix(2000))\(report.isClean ? "" : String(run.text.suffix(2000)))"
    }
}
