import EnclaveCrypto

extension SIGSTRUCT {
    /// The mask our own enclaves are signed with: the host chooses nothing that `requireProductMasks` names.
    public static let productAttributeMask = Attributes(flags: Attributes.Flags(rawValue: .max), xfrm: .all)

    /// EINIT: whether this signature allows this enclave, with the code the processor would return.
    ///
    /// `launchSigner` is IA32_SGXLEPUBKEYHASH, which the Linux driver sets to the signer of every enclave it launches; nil stands
    /// for that. `secs.mrEnclave` is the finished measurement.
    public func accepts(_ secs: SECS, launchSigner: Digest? = nil) throws(SGXErrorCode) {
        do throws(SIGSTRUCTError) { try check() } catch { throw error.code }
        guard secs.attributes.flags.contains(.kss) || (isvFamilyID.isZero && isvExtProdID.isZero) else {
            throw .invalidSigStruct
        }
        guard secs.mrEnclave == enclaveHash else { throw .invalidMeasurement }
        guard secs.attributes & attributeMask == attributes & attributeMask else { throw .invalidAttribute }
        guard secs.miscSelect.intersection(miscMask) == miscSelect.intersection(miscMask) else {
            throw .invalidAttribute
        }
        guard secs.cetAttributes & cetAttributesMask == cetAttributes & cetAttributesMask else {
            throw .invalidAttribute
        }
        guard let launchSigner, launchSigner != mrSigner else { return }
        // Only the launch enclave's signer may have the token key; everybody else needs a token, which Linux never passes.
        throw secs.attributes.flags.contains(.einitTokenKey) ? .invalidAttribute : .invalidEinitToken
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
