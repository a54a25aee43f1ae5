import EnclaveCrypto
import Foundation
import Testing

/// Recorded data that is not part of the repository: beside the checkout, or where INCLAVARE_VECTORS says.
enum Vectors {
    static let directory: URL? = {
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["INCLAVARE_VECTORS"].map { URL(fileURLWithPath: $0) }
        let directory = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/vectors")
        guard FileManager.default.fileExists(atPath: directory.path) else {
            print("no vectors at \(directory.path): tests on recorded enclaves are left out")
            return nil
        }
        return directory
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let directory else { throw CocoaError(.fileNoSuchFile) }
        return [UInt8](try Data(contentsOf: directory.appendingPathComponent(path)))
    }

    /// The recorded enclaves, none without vectors.
    static let enclaves: [RecordedEnclave] = {
        guard directory != nil, let data = try? bytes("measure/expected.json") else { return [] }
        return (try? JSONDecoder().decode([RecordedEnclave].self, from: Data(data))) ?? []
    }()
}

/// One entry of `measure/expected.json`.
struct RecordedEnclave: Decodable, Sendable, CustomTestStringConvertible {
    var image: String?
    var heap: Int?
    var enclave_size: UInt64?
    var ssa_frame_pages: UInt32?
    var sigstruct: String
    var vendor, date: String
    var swdefined: UInt32
    var mrsigner, mrenclave: String
    var misc: [String]
    var attributes, attributemask, isvextprodid, isvfamilyid: String
    var isvprodid, isvsvn: UInt16

    var testDescription: String { sigstruct }

}

func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
