import Attestation
import EnclaveBuild
import FoundationEssentials

/// A collateral bundle on disk.
enum BundleFile {
    static func write(_ collateral: Collateral, to path: String) throws {
        do {
            try Data((collateral.bundle + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BuildError(
                "cannot write the bundle \(path)", why: FileFailure.reason(error), remedy: "give a file that can be written")
        }
    }

    static func read(_ path: String) throws -> Collateral {
        let bytes = try VerifyInput.read(path, "bundle")
        do { return try Collateral(json: bytes) } catch {
            throw BuildError("\(path) is no collateral bundle", why: error.description, remedy: "fetch or export one again")
        }
    }
}
