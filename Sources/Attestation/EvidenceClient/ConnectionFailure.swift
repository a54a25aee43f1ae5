import Glibc
import NIOCore
import NIOPosix

/// Why there is no connection, in few words: the library's own are a list of attempts.
enum ConnectionFailure {
    static func reason(_ error: any Error) -> String {
        guard let failed = error as? NIOConnectionError else { return words(error) }
        if let attempt = failed.connectionErrors.first { return words(attempt.error) }
        return "its name cannot be resolved"
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if case .connectTimeout? = error as? ChannelError { return "nobody answers" }
        return String(describing: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
