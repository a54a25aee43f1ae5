import ArgumentParser
import EnclaveBuild

struct ManifestReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest-reference", abstract: "Prints the reference of the manifest in Markdown.")

    func run() { print(ManifestReference.markdown, terminator: "") }
}
