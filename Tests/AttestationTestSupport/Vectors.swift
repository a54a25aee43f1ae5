package import Attestation
package import Foundation

/// The test vectors beside the repository, which are never part of it; absent ones cost one printed line, not a failure.
package enum Vectors {
    package static let directory: URL? = {
        var places: [URL] = []
        if let named = ProcessInfo.processInfo.environment["INCLAVARE_VECTORS"] { places.append(URL(fileURLWithPath: named)) }
        places.append(packageRoot.deletingLastPathComponent().appendingPathComponent("shared/vectors"))
        if let found = places.first(where: { FileManager.default.fileExists(atPath: $0.appendingPathComponent("quotes").path) }) {
            return found
        }
        print("vectors: none found (INCLAVARE_VECTORS names their directory); tests on them check nothing")
        return nil
    }()

    package static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func json(_ path: String) throws -> Any? {
        guard let directory else { return nil }
        return try JSONSerialization.jsonObject(with: Data(contentsOf: directory.appendingPathComponent(path)))
    }

    package static func bytes(_ path: String) throws -> [UInt8] {
        guard let directory else { return [] }
        return [UInt8](try Data(contentsOf: directory.appendingPathComponent(path)))
    }

    package static func collateral(_ path: String) throws -> Collateral { try Collateral(json: try bytes(path)) }

    package static func exists(_ path: String) -> Bool {
        directory.map { FileManager.default.fileExists(atPath: $0.appendingPathComponent(path).path) } ?? false
    }

    /// Folders below `path`, sorted.
    package static func folders(_ path: String) throws -> [String] {
        guard let directory else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory.appendingPathComponent(path).path).sorted()
    }
}
