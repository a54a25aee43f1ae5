/// Why a SIGSTRUCT is not one that a processor would take.
public enum SIGSTRUCTError: UInt8, Error, Equatable, Sendable {
    case header
    case vendor
    case exponent
    case keySize
    case signatureNotBelowModulus
    case quotient1
    case quotient2
    case signature
    /// A mask leaves a bit open that this product never does.
    case debugNotCovered
    case keyBitsNotCovered
    case kssNotCovered
    case xfrmNotCovered

    /// What EINIT returns.
    public var code: SGXErrorCode {
        switch self {
        case .signatureNotBelowModulus, .quotient1, .quotient2, .signature: .invalidSignature
        default: .invalidSigStruct
        }
    }
}

#if !hasFeature(Embedded)
    extension SIGSTRUCTError: CustomStringConvertible {
        public var description: String {
            switch self {
            case .header: "SIGSTRUCT refused: HEADER or HEADER2 is not the SDM's constant"
            case .vendor: "SIGSTRUCT refused: VENDOR is neither 0 nor 0x8086"
            case .exponent: "SIGSTRUCT refused: the RSA exponent is not 3"
            case .keySize: "SIGSTRUCT refused: signature and modulus must have 384 bytes (RSA-3072)"
            case .signatureNotBelowModulus: "SIGSTRUCT refused: the signature is not below the modulus"
            case .quotient1: "SIGSTRUCT refused: Q1 is not the quotient of the squared signature"
            case .quotient2: "SIGSTRUCT refused: Q2 is not the quotient of the cubed signature"
            case .signature: "SIGSTRUCT refused: the signature does not fit its contents; sign it again"
            case .debugNotCovered: "SIGSTRUCT refused: ATTRIBUTEMASK leaves DEBUG to the host; sign with the bit in the mask"
            case .keyBitsNotCovered:
                "SIGSTRUCT refused: ATTRIBUTEMASK leaves PROVISIONKEY or EINITTOKEN_KEY to the host; sign with both in the mask"
            case .kssNotCovered: "SIGSTRUCT refused: ATTRIBUTEMASK leaves KSS to the host; sign with the bit in the mask"
            case .xfrmNotCovered: "SIGSTRUCT refused: ATTRIBUTEMASK leaves XFRM bits to the host; sign with all of them in the mask"
            }
        }
    }
#endif
