import ArgumentParser
import Attestation
import FoundationEssentials

/// Reads what `verify` is given; a mistake in it is wrong usage, not bad evidence.
enum VerifyInput {
    static func read(_ path: String, _ what: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ValidationError("cannot read the \(what) \(path): \(FileFailure.reason(error))")
        }
    }

    static func hex(_ text: String, _ option: String, _ range: ClosedRange<Int>) throws -> [UInt8] {
        guard let bytes = Hex.bytes(text), range.contains(bytes.count) else {
            throw ValidationError("\(option) takes \(range.lowerBound) to \(range.upperBound) bytes in hexadecimal")
        }
        return bytes
    }
}
