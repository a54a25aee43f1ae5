import ArgumentParser
import EnclaveBuild

struct SystemCallsReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system-calls-reference", abstract: "Prints the reference of system calls in Markdown.")

    func run() { print(SystemCallReference.markdown, terminator: "") }
}
