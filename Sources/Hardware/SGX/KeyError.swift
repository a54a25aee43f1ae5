/// How EGETKEY or EREPORT ends without a result.
public enum KeyError: Error, Equatable, Sendable {
    /// #GP(0): reserved bits, or a policy that needs KSS in an enclave without.
    case generalProtection
    /// ZF set and a code in RAX.
    case refused(SGXErrorCode)

    /// Nil for success.
    init?(code: Int32) {
        guard code != 0 else { return nil }
        guard code > 0, let refusal = SGXErrorCode(rawValue: UInt32(code)) else {
            self = .generalProtection
            return
        }
        self = .refused(refusal)
    }
}

#if !hasFeature(Embedded)
    extension KeyError: CustomStringConvertible {
        public var description: String {
            switch self {
            case .generalProtection: "the processor faults (#GP): a reserved field is not zero, or the policy needs KSS"
            case .refused(let code): "the processor refuses with code \(code.rawValue) (\(code))"
            }
        }
    }
#endif
