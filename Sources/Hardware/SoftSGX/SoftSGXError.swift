import Glibc
import Linux
import SGX

/// Why the software SGX did not do what it was asked to; the cases are those of the kernel's driver.
package enum SoftSGXError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The processor or the kernel lacks something; says what.
    case unsupported(String)
    /// Something of the host lies where the enclave is to be.
    case occupied(MemoryMap.Entry)
    /// A structure or a range breaks a rule of the driver; says which.
    case invalid(String)
    /// An instruction would fault: a structure breaks a rule of the processor; says which.
    case faulted(String)
    /// Rights or attributes that were not granted.
    case denied(String)
    /// A page is there already, or another thread is in one of the driver's steps.
    case busy(String)
    /// A page is in no state for it.
    case forbidden(String)
    /// There is no such page.
    case absent(String)
    /// No EPC is left.
    case exhausted
    /// What an SGX2 instruction of the driver returned for a page.
    case instruction(String, code: UInt32)
    /// EINIT's code.
    case launch(SGXErrorCode)
    case rootKey(String)
    case system(SystemCallError)

    /// What the kernel's driver would fail with.
    package var errno: Int32 {
        switch self {
        case .unsupported, .faulted, .rootKey: EIO
        case .occupied, .busy: EBUSY
        case .invalid: EINVAL
        case .denied: EACCES
        case .forbidden, .launch: EPERM
        case .absent, .instruction: EFAULT
        case .exhausted: ENOMEM
        case .system(let error): error.code
        }
    }

    package var description: String {
        switch self {
        case .unsupported(let what): "software SGX: not possible here: \(what)"
        case .occupied(let entry):
            "software SGX: \(entry.name) is mapped at 0x\(String(entry.start, radix: 16)), where the enclave is to be; "
                + "start the program as a position-independent executable"
        case .invalid(let what), .faulted(let what), .forbidden(let what), .absent(let what):
            "software SGX: refused: \(what)"
        case .denied(let what): "software SGX: not allowed: \(what)"
        case .busy(let what): "software SGX: busy: \(what)"
        case .exhausted: "software SGX: no EPC is left; raise the limit (epc.size, INCLAVARE_SGX_EPC) or end another enclave"
        case .instruction(let what, let code):
            "software SGX: \(what) failed: \(SGXErrorCode(rawValue: code).map { "\($0)" } ?? "an unknown reason") (code \(code))"
        case .launch(let code): "software SGX: EINIT refused the enclave: \(Self.explain(code))"
        case .rootKey(let what): "software SGX: machine root key: \(what)"
        case .system(let error): "software SGX: \(error)"
        }
    }

    private static func explain(_ code: SGXErrorCode) -> String {
        let reason =
            switch code {
            case .invalidSigStruct: "the SIGSTRUCT is malformed or uses what the enclave does not have"
            case .invalidMeasurement: "the measurement is not the one that was signed; the folder was changed or mixed"
            case .invalidAttribute: "the attributes are not those that were signed, DEBUG for instance"
            case .invalidSignature: "the signature is not valid; sign the enclave again"
            default: "\(code)"
            }
        return "\(reason) (code \(code.rawValue))"
    }
}
