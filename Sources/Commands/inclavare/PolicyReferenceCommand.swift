import ArgumentParser
import Attestation

struct PolicyReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy-reference", abstract: "Prints the reference of policy files in Markdown.")

    func run() { print(PolicyReference.markdown, terminator: "") }
}
