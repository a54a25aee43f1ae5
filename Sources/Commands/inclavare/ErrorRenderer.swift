import EnclaveBuild
import EnclaveHost

/// An error whose description is "what: why: what to do".
protocol Explained: Error, CustomStringConvertible {}

extension BuildError: Explained {}

extension EnclaveHostError: Explained {}

/// Prints errors as `inclavare: what: why: what to do`, in one line whatever they quote.
enum ErrorRenderer {
    static func show(_ error: any Explained) {
        let line = error.description.split(whereSeparator: \.isNewline).joined(separator: " ")
        StandardError.write(line)
    }
}
