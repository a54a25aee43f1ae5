import Foundation

/// Lines for people on standard error, each begun with the program's name.
enum StandardError {
    /// One line, whatever it quotes.
    static func write(_ text: String) {
        raw("inclavare: \(text.split(whereSeparator: \.isNewline).joined(separator: " "))\n")
    }

    static func raw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
