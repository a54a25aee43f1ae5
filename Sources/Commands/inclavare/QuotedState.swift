import Attestation
import FoundationEssentials

/// Where the software SGX of this machine keeps its state, and its certificate hierarchy at this moment.
enum QuotedState {
    static var directory: String { ProcessInfo.processInfo.environment["INCLAVARE_STATE"] ?? "/var/lib/inclavare" }

    static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    static func root() throws -> SoftwareRoot { try SoftwareRoot(stateDirectory: directory, at: now) }
}
