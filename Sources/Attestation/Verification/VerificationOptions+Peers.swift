extension VerificationOptions {
    /// The choices of dcap-qvl 0.7.0.
    public static let dcapQvl: VerificationOptions = {
        var options = VerificationOptions()
        options.trailingBytes = .ignore
        options.unknownTCBInfo = .readAsVersion3
        options.provisioningEnclaveID = .ignore
        options.embeddedChain = .ignoreRoot
        options.certificationType = .ignoreOuter
        options.enclavesInNewerVersions = .refuse
        options.reportDataTail = .ignore
        options.untrustedState = .refuse
        return options
    }()

    /// The choices of Intel's quote verification library, as its Python binding 0.0.3 has it.
    public static let intelLibrary: VerificationOptions = {
        var options = VerificationOptions()
        options.oldTCBInfo = .accept
        options.unlistedQuotingEnclave = .revoked
        options.futureDates = .ignore
        options.expiredCollateral = .report
        options.embeddedChain = .complete
        options.certificationType = .ignoreInner
        options.enclavesInNewerVersions = .acceptInVersion4
        options.reportDataTail = .ignore
        return options
    }()
}
