import Linux
import SGX

/// Why the software SGX did not do what it was asked to; the cases are those of the kernel's driver.
package enum SoftSGXError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The processor or the kernel lacks something; says what.
    case unsupported(String)
    /// Something of the host lies where the enclave is to be.
    case occupied(MemoryMap.Entry)
    /// EINVAL of the driver: a structure or a range breaks a rule; says which.
    case invalid(String)
    /// EACCES: rights or attributes that were not granted.
    case denied(String)
    /// EINIT's code.
    case launch(SGXErrorCode)
    case rootKey(String)
    case system(SystemCallError)

    package var description: String {
        switch self {
        case .unsupported(let what): "software SGX: not possible here: \(what)"
        case .occupied(let entry):
            "software SGX: \(entry.name) is mapped at 0x\(String(entry.start, radix: 16)), where the enclave is to be; "
                + "start the program as a position-independent executable"
        case .invalid(let what): "software SGX: refused: \(what)"
        case .denied(let what): "software SGX: not allowed: \(what)"
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
