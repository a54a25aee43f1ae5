import Attestation
import FoundationEssentials

/// Where the software SGX of this machine keeps its state, and its certificate hierarchy at this moment.
package enum QuotedState {
    package static var directory: String { ProcessInfo.processInfo.environment["INCLAVARE_STATE"] ?? "/var/lib/inclavare" }

    package static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    package static func root() throws -> SoftwareRoot { try SoftwareRoot(stateDirectory: directory, at: now) }
}
