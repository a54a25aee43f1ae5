import ArgumentParser
import CLinux
import SGX

/// `gen-token`: refused, with the reason that holds on this machine.
struct GenerateToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gen-token", abstract: "Says why no launch token is needed, or can be had.",
        discussion: """
            An EINITTOKEN is a launch enclave's permission to start an enclave. With flexible launch control, which Linux' driver \
            demands, enclaves start without one.
            """)

    @ParentCommand var tools: SGXTools

    @Option(help: "The enclave's SIGSTRUCT, 1808 bytes.")
    var signature: String

    @Option(help: "Where the token would have been written.")
    var token: String?

    func run() throws {
        let parsed: SIGSTRUCT
        do { parsed = try SIGSTRUCT(parsing: try ToolFile.read(signature)) } catch let error as SGXError {
            throw ToolError("\(signature) is no SIGSTRUCT: \(error)")
        }
        if tools.verbose { ToolFile.note("SIGSTRUCT:\n\(SigstructFacts.members(parsed).text())") }
        throw ToolError("no launch token for \(signature): \(Self.reason)")
    }

    private static var reason: String {
        var registers: [UInt32] = [0, 0, 0, 0]
        cl_cpuid(7, 0, &registers)
        let (hasSGX, hasFLC) = (registers[1] & 1 << 2 != 0, registers[2] & 1 << 30 != 0)
        switch (hasSGX, hasFLC) {
        case (true, true): return "this processor has flexible launch control, so that enclaves start without one"
        case (true, false):
            return "this processor lacks flexible launch control, which Linux' driver demands, and there is no launch enclave"
        case (false, _): return "this processor has no SGX, and the software SGX starts enclaves without one"
        }
    }
}
