import EnclaveTestSupport
import Foundation

/// What `recompute.py`, which shares nothing with the parsers, makes of a file.
struct Recomputed: Equatable {
    var measurement: String
    var pages: Int
    var measuredPages: Int

    init(_ bytes: [UInt8], heap: Int = 4096) throws { self = try Self.all([bytes], heap: heap)[0] }

    private init(line: Substring) {
        let words = line.split(separator: " ")
        measurement = String(words[0])
        pages = Int(words[1]) ?? -1
        measuredPages = Int(words[2]) ?? -1
    }

    /// Many files at the cost of one process.
    static func all(_ files: [[UInt8]], heap: Int = 4096) throws -> [Recomputed] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "recompute.py").path
        let folder = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let paths = try files.enumerated().map { number, bytes in
            let file = folder.appending(path: "\(number)")
            try Data(bytes).write(to: file)
            return file.path
        }
        let printed = String(decoding: try Tool.run("python3", [script, "\(heap)"] + paths), as: UTF8.self)
        return printed.split(separator: "\n").map { Recomputed(line: $0) }
    }
}

extension Sequence where Element == UInt8 {
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
