import CSoftSGX
import SGX

/// What ECREATE and the kernel's driver demand of a SECS.
enum SECSRules {
    /// Gives the bytes of the XSAVE image for its XFRM.
    static func check(_ secs: SECS) throws(SoftSGXError) -> UInt32 {
        guard secs.size.nonzeroBitCount == 1 else { throw .invalid("SECS.SIZE \(secs.size) is not a power of two") }
        guard secs.size >= 8192, secs.size <= SECS.largestSize else {
            throw .faulted("SECS.SIZE \(secs.size) is below two pages or beyond the largest enclave")
        }
        // The last page of user space is nobody's.
        guard secs.baseAddress % secs.size == 0, secs.baseAddress < 1 << 47 - secs.size else {
            throw .faulted("SECS.BASEADDR is not a multiple of SIZE in user space")
        }
        let flags = secs.attributes.flags
        guard flags.isSubset(of: .defined), flags.isDisjoint(with: [.initialized, .cet, .aexNotify]) else {
            throw .faulted("SECS.ATTRIBUTES 0x\(String(flags.rawValue, radix: 16)) has bits this processor does not know")
        }
        guard flags.contains(.mode64Bit) else { throw .faulted("only 64-bit enclaves run here (ATTRIBUTES.MODE64BIT)") }
        guard secs.cetAttributes == 0, secs.cetLegacyBitmapOffset == 0 else { throw .faulted("CET is not there") }
        guard secs.miscSelect.isSubset(of: SoftwareProcessor.miscSelect) else {
            throw .faulted("SECS.MISCSELECT asks for more than EXINFO")
        }
        guard flags.contains(.kss) || (secs.configID.isZero && secs.configSVN == 0) else {
            throw .faulted("CONFIGID and CONFIGSVN need ATTRIBUTES.KSS")
        }
        return try checkExtendedState(secs)
    }

    private static func checkExtendedState(_ secs: SECS) throws(SoftSGXError) -> UInt32 {
        let xfrm = secs.attributes.xfrm
        guard xfrm.isConsistent else { throw .faulted("SECS.XFRM 0x\(String(xfrm.rawValue, radix: 16)) is not consistent") }
        let bytes = softsgx_xsave_bytes(xfrm.rawValue)
        guard bytes > 0 else {
            throw .faulted("the enclave's XFRM 0x\(String(xfrm.rawValue, radix: 16)) names state this processor does not have")
        }
        guard SSAFrame(pages: Int(secs.ssaFrameSize), miscSelect: secs.miscSelect).holds(xsaveSize: Int(bytes)) else {
            throw .faulted("SSAFRAMESIZE \(secs.ssaFrameSize) does not hold the \(bytes) bytes of extended state")
        }
        guard secs.ssaFrameSize <= SOFTSGX_MOST_FRAME_PAGES else {
            throw .faulted("SSAFRAMESIZE \(secs.ssaFrameSize) is more than the \(SOFTSGX_MOST_FRAME_PAGES) pages there can be here")
        }
        return bytes
    }
}

/// What the kernel's driver demands of a SECINFO.
enum SECINFORules {
    static func check(_ secinfo: SECINFO) throws(SoftSGXError) {
        let flags = secinfo.flags
        guard flags.rawValue & ~0xff07 == 0 else { throw .invalid("SECINFO has reserved bits") }
        switch secinfo.pageType {
        case .regular:
            guard flags.isDisjoint(with: .write) || flags.contains(.read) else {
                throw .invalid("a page that is writable and not readable")
            }
        case .tcs:
            guard flags.isDisjoint(with: .rights) else { throw .invalid("a TCS with rights of its own") }
        default:
            throw .invalid("a page that is neither regular nor a TCS")
        }
    }
}
