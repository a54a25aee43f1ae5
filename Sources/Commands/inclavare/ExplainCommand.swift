import ArgumentParser
import EnclaveBuild
import Foundation
import Wire

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says which system calls a program can make that the LibOS has only in part, or refuses.",
        discussion: """
            Disassembles the program, its interpreter and its libraries, follows calls from the program into them, and finds the numbers \
            that stand before system calls. What can be reached is listed, whether it ever runs or not; `inclavare profile` says what did.
            """)

    @Argument(help: "A program or script inside the root filesystem; or the folder of a built enclave, for its entrypoint.")
    var program: String
    @Option(help: "Root filesystem; for a built enclave the folder's parent.")
    var rootfs: String?
    @Option(
        name: .customLong("library"),
        help: "A library the program loads while it runs (dlopen), such as Java's libjvm.so, in the root filesystem; repeatable."
    )
    var libraries: [String] = []
    @Option(name: .customLong("volume"), help: "PATH=FOLDER: the folder of the verified mount at PATH.")
    var volumes: [String] = []
    @Flag(help: "Also say which functions make each call.")
    var functions = false
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func run() throws {
        let explanation = try explanation()
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return print(String(decoding: try encoder.encode(explanation), as: UTF8.self))
        }
        print(ExplanationText(explanation, functions: functions).text, terminator: "")
    }

    private func explanation() throws -> ProgramExplanation {
        let folders = try VolumeOption.folders(volumes)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), isFolder.boolValue else {
            return try ProgramExplanation(program, and: libraries, rootfs: rootfs ?? "/", folders: folders)
        }
        let place = try EnclavePlace(program, rootfs: rootfs)
        let configuration = try BuiltFolder.load(place.folder).configuration
        let entrypoint = String(decoding: configuration.entrypoint, as: UTF8.self)
        return try ProgramExplanation(entrypoint, and: libraries, rootfs: place.rootfs, folders: folders)
    }
}

/// An explanation for people.
struct ExplanationText {
    let text: String

    init(_ explanation: ProgramExplanation, functions: Bool) {
        var text = Self.head(explanation)
        text += Self.section("refused", explanation.refused, functions)
        text += Self.section("partial", explanation.partial, functions)
        if !explanation.unknownCalls.isEmpty {
            text += "\nnumber computed at run time, in \(explanation.unknownCalls.count) functions\n"
            if functions { text += explanation.unknownCalls.map { "  \($0)\n" }.joined() }
        }
        if !explanation.notes.isEmpty { text += "\nbeside calls\n" + explanation.notes.map { "  \($0)\n" }.joined() }
        self.text = text
    }

    private static func head(_ explanation: ProgramExplanation) -> String {
        let whole = explanation.callCount - explanation.refused.count - explanation.partial.count
        var text = (explanation.scripts + [explanation.files.first ?? explanation.program]).joined(separator: " -> ") + "\n"
        if explanation.files.count > 1 { text += "with \(explanation.files.dropFirst().joined(separator: ", "))\n" }
        for name in explanation.missing { text += "MISSING \(name)\n" }
        return text + "\(explanation.callCount) different system calls can be reached: \(whole) complete, "
            + "\(explanation.partial.count) partial, \(explanation.refused.count) refused\n"
    }

    private static func section(_ title: String, _ calls: [ProgramExplanation.Call], _ functions: Bool) -> String {
        guard !calls.isEmpty else { return "" }
        let width = calls.map(\.name.count).max() ?? 0
        var text = "\n\(title)\n"
        for call in calls {
            let why = call.support.drop { $0 != ":" }.dropFirst(2)
            text += "  " + call.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + why + "\n"
            if functions { text += call.functions.map { "      \($0)\n" }.joined() }
        }
        return text
    }
}
