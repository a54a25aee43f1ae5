import EnclaveCrypto

extension SIGSTRUCT {
    /// The mask our own enclaves are signed with: the host chooses nothing that `requireProductMasks` names.
    public static let productAttributeMask = Attributes(flags: Attributes.Flags(rawValue: .max), xfrm: .all)

    /// EINIT without a token: whether this signature allows this enclave, with the code the processor would return.
    ///
    /// `secs.mrEnclave` is the finished measurement; `launchSigner` as in `LaunchControl`.
    public func accepts(_ secs: SECS, launchSigner: Digest? = nil) throws(SGXErrorCode) {
        do throws(SIGSTRUCTError) { try check() } catch { throw error.code }
        try fits(secs, launchSigner: launchSigner)
        guard launchSigner == nil || launchSigner == mrSigner else { throw .invalidEinitToken }
    }

    /// EINIT with the token a launch enclave made, or one that does not say VALID.
    public func accepts(_ secs: SECS, token: EINITTOKEN, under control: LaunchControl) throws(SGXErrorCode) {
        do throws(SIGSTRUCTError) { try check() } catch { throw error.code }
        try launches(secs, token: token, under: control)
    }

    /// What EINIT does once the signature holds.
    func launches(_ secs: SECS, token: EINITTOKEN, under control: LaunchControl) throws(SGXErrorCode) {
        try fits(secs, launchSigner: control.launchSigner)
        let signer = mrSigner
        let launchSigner = control.launchSigner ?? signer
        guard token.isValid else {
            guard launchSigner == signer else { throw .invalidEinitToken }
            return
        }
        // A launch enclave that can be debugged vouches for nothing but other debug enclaves.
        guard secs.attributes.flags.contains(.debug) || !token.maskedAttributes.flags.contains(.debug) else {
            throw .invalidEinitToken
        }
        guard !token.hasReservedBits, try control.authenticates(token, launchSigner: launchSigner) else {
            throw .invalidEinitToken
        }
        guard token.mrEnclave == secs.mrEnclave, token.mrSigner == signer else { throw .invalidMeasurement }
        guard token.attributes == secs.attributes else { throw .invalidAttribute }
    }

    /// The enclave is the one that was signed, in the order of the SDM's pseudocode, which decides the code where several rules break.
    private func fits(_ secs: SECS, launchSigner: Digest?) throws(SGXErrorCode) {
        guard secs.attributes.flags.contains(.kss) || isvFamilyID.isZero else { throw .invalidSigStruct }
        guard secs.mrEnclave == enclaveHash else { throw .invalidMeasurement }
        if secs.attributes.flags.contains(.einitTokenKey), let launchSigner, launchSigner != mrSigner {
            throw .invalidAttribute
        }
        guard secs.attributes & attributeMask == attributes & attributeMask else { throw .invalidAttribute }
        guard secs.miscSelect.intersection(miscMask) == miscSelect.intersection(miscMask) else {
            throw .invalidAttribute
        }
        guard secs.cetAttributes & cetAttributesMask == cetAttributes & cetAttributesMask else {
            throw .invalidAttribute
        }
    }

    /// The SECS that EINIT leaves behind.
    public func initialized(_ secs: SECS) -> SECS {
        var result = secs
        result.attributes.flags.insert(.initialized)
        result.mrSigner = mrSigner
        result.isvProdID = isvProdID
        result.isvSVN = isvSVN
        return result
    }

    /// Our own rule, stricter than the processor's: the masks leave DEBUG, the key bits, KSS and XFRM to nobody.
    public func requireProductMasks() throws(SIGSTRUCTError) {
        let covered = attributeMask.flags
        guard covered.contains(.debug) else { throw .debugNotCovered }
        guard covered.isSuperset(of: [.provisionKey, .einitTokenKey]) else { throw .keyBitsNotCovered }
        guard covered.contains(.kss) else { throw .kssNotCovered }
        guard attributeMask.xfrm == .all else { throw .xfrmNotCovered }
    }
}
