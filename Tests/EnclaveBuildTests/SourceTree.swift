import Foundation

/// The checkout these tests are from.
enum SourceTree {
    static func path(_ relative: String, file: String = #filePath) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("../..").standardized
            .appendingPathComponent(relative).path
    }
}
