import Attestation

/// A verifier whose verdicts are stored, with the switches that make ours answer as it does.
enum Oracle: String, CaseIterable {
    case dcapQvl = "dcap-qvl 0.7.0"
    case intel = "Intel's library"

    var options: VerificationOptions { self == .dcapQvl ? .dcapQvl : .intelLibrary }

    /// The strict options with one switch of this oracle's, each by its name in the documentation.
    var singleSwitches: [(name: String, options: VerificationOptions)] {
        let theirs = options
        let copies: [(String, (inout VerificationOptions) -> Void)] = [
            ("trailingBytes", { $0.trailingBytes = theirs.trailingBytes }), ("oldTCBInfo", { $0.oldTCBInfo = theirs.oldTCBInfo }),
            ("unknownTCBInfo", { $0.unknownTCBInfo = theirs.unknownTCBInfo }),
            ("provisioningEnclaveID", { $0.provisioningEnclaveID = theirs.provisioningEnclaveID }),
            ("unlistedQuotingEnclave", { $0.unlistedQuotingEnclave = theirs.unlistedQuotingEnclave }),
            ("futureDates", { $0.futureDates = theirs.futureDates }),
            ("expiredCollateral", { $0.expiredCollateral = theirs.expiredCollateral }),
            ("embeddedChain", { $0.embeddedChain = theirs.embeddedChain }),
            ("certificationType", { $0.certificationType = theirs.certificationType }),
            ("enclavesInNewerVersions", { $0.enclavesInNewerVersions = theirs.enclavesInNewerVersions }),
            ("reportDataTail", { $0.reportDataTail = theirs.reportDataTail }),
            ("signerRoot", { $0.signerRoot = theirs.signerRoot }),
            ("untrustedState", { $0.untrustedState = theirs.untrustedState }),
        ]
        return copies.map { name, copy in
            var options = VerificationOptions.strict
            copy(&options)
            return (name, options)
        }
    }
}
