import Foundation

/// Lines for people on standard error, each begun with the program's name.
enum StandardError {
    static func write(_ line: String) { raw("inclavare: \(line)\n") }

    static func raw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
