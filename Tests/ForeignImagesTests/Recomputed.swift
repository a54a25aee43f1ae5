import EnclaveTestSupport
import Foundation

/// What `recompute.py`, which shares nothing with the parsers, makes of a file.
struct Recomputed: Equatable {
    var measurement: String
    var pages: Int
    var measuredPages: Int

    init(_ bytes: [UInt8], heap: Int? = nil) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "recompute.py").path
        let file = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString).image")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let printed = try Tool.run("python3", [script, file.path] + (heap.map { ["\($0)"] } ?? []))
        let words = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        measurement = String(words[0])
        pages = Int(words[1]) ?? -1
        measuredPages = Int(words[2]) ?? -1
    }
}

extension Sequence where Element == UInt8 {
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
