import EnclaveCrypto
import SGX

/// What a SIGSTRUCT says, and whether it is one for this enclave.
package struct SignatureReport: Sendable {
    /// Whether the host may turn debugging on.
    package enum Kind: String, Sendable {
        /// DEBUG is signed: only as a debug enclave.
        case debug
        /// DEBUG is signed to be off.
        case production
        /// The mask leaves DEBUG to the host.
        case either
    }

    package let sigstruct: SIGSTRUCT
    /// Of the structure alone; nil when the signature is valid.
    package let fault: SIGSTRUCTError?
    package let matches: Bool

    package init(_ sigstruct: SIGSTRUCT, measurement: Digest) {
        self.sigstruct = sigstruct
        matches = sigstruct.enclaveHash == measurement
        do throws(SIGSTRUCTError) {
            try sigstruct.check()
            fault = nil
        } catch {
            fault = error
        }
    }

    package var isGood: Bool { fault == nil && matches }

    package var kind: Kind {
        guard sigstruct.attributeMask.flags.contains(.debug) else { return .either }
        return sigstruct.attributes.flags.contains(.debug) ? .debug : .production
    }
}
