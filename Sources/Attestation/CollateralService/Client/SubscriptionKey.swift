import FoundationEssentials

/// The secret by which Intel's service knows who asks for PCK certificates.
///
/// It comes from a file, never from an argument, and goes nowhere but into a header over TLS.
public struct SubscriptionKey: Equatable, Sendable {
    let text: String

    /// Reads the first line of `path`: 1 to 512 printable characters.
    public init(path: String) throws(CollateralServiceError) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .badKeyFile(path: path, why: "it cannot be read") }
        let line = String(decoding: data.prefix(1_024), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
        guard (1...512).contains(line.utf8.count), line.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .badKeyFile(path: path, why: "its first line is not a key of 1 to 512 printable characters")
        }
        text = String(line)
    }
}
