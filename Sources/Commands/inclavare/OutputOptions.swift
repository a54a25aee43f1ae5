import ArgumentParser
import Foundation

/// What a command found, for people or, with `--json`, for programs.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func show(_ value: some Encodable, text: [(String, String)]) throws {
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(value), as: UTF8.self))
            return
        }
        let width = text.map(\.0.count).max() ?? 0
        for (name, value) in text { print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value) }
    }
}

extension Sequence where Element == UInt8 {
    var hex: String { map { String(format: "%02x", $0) }.joined() }
}
