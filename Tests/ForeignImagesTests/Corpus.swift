import EnclaveCrypto
import ForeignImages
import Foundation

/// Files kept for what they once showed or could: `make fuzz` begins with them, and what it finds is added.
enum Corpus {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0 != "outcomes.txt" }.sorted()

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

    /// MRENCLAVE, or the refusal.
    static func outcome(of bytes: [UInt8]) -> String {
        do throws(ForeignImageError) { return try ForeignImage(bytes).measure().bytes.hex } catch { return error.reason }
    }

    /// "name: outcome" in each line.
    static let recorded: [String: String] = {
        guard let text = try? String(contentsOf: folder.appending(path: "outcomes.txt"), encoding: .utf8) else { return [:] }
        let lines = text.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let colon = line.range(of: ": ") else { return nil }
            return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
        return Dictionary(lines) { first, _ in first }
    }()
}
