import Glibc
import Wire

/// How much an enclave runtime writes about itself, in the words of the PAL API.
enum EnclaveLogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, warning, error, fatal, panic, off

    init(_ entry: EnclaveSettings.Entry) throws(RuntimeError) {
        guard let level = EnclaveLogLevel(rawValue: entry.value) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw RuntimeError("\(entry.source): \"\(entry.value)\" is not one of: \(known)")
        }
        self = level
    }

    /// What the LibOS has of it: it never keeps errors to itself.
    var ofLibOS: LogLevel {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error, .fatal, .panic, .off: .error
        }
    }

    /// For a container that says nothing: INCLAVARE_LOG of whoever called.
    static var ofCaller: EnclaveLogLevel? { getenv("INCLAVARE_LOG").flatMap { EnclaveLogLevel(rawValue: String(cString: $0)) } }
}
