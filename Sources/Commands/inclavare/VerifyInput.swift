import ArgumentParser
import Attestation
import FoundationEssentials
import Glibc

/// Reads what `verify` is given; a mistake in it is wrong usage, not bad evidence.
enum VerifyInput {
    static func read(_ path: String, _ what: String) throws -> [UInt8] {
        do {
            guard path != "-" else { return try bytes(STDIN_FILENO) }
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            defer { close(file) }
            return try bytes(file)
        } catch {
            throw ValidationError("cannot read the \(what) \(path): \(FileFailure.reason(error))")
        }
    }

    /// Everything up to the end, a mebibyte at most: more is no evidence.
    private static func bytes(_ file: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= 1 << 20 {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
        throw POSIXError(.EFBIG)
    }

    static func hex(_ text: String, _ option: String, _ range: ClosedRange<Int>) throws -> [UInt8] {
        guard let bytes = Hex.bytes(text), range.contains(bytes.count) else {
            let counts = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ValidationError("\(option) takes \(counts) bytes in hexadecimal")
        }
        return bytes
    }
}
