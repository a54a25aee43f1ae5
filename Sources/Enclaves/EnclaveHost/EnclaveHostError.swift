import EnclaveLayout
import Linux
import SGX
import SoftSGX
import Wire

/// Why an enclave could not be loaded, entered or went wrong; one line each.
package enum EnclaveHostError: Error, Equatable, Sendable, CustomStringConvertible {
    case layout(LayoutError)
    case sigstruct(SGXError)
    case software(SoftSGXError)
    case system(SystemCallError)
    /// A device's refusal, in its words.
    case device(String)
    /// A file of the enclave folder, and what is wrong with it.
    case folder(String, String)
    /// The LibOS would not start; its own words.
    case bootRefused(String)
    case exception(vector: UInt16, place: String)
    /// The enclave gave up; with the exception before it, when there was one.
    case panic(PanicCode?, after: String?)
    case protocolViolation(String)

    package var description: String {
        switch self {
        case .layout(let error): "\(error)"
        case .sigstruct(let error): "sigstruct: \(error); sign the enclave again"
        case .software(let error): "\(error)"
        case .system(let error): "\(error)"
        case .device(let text): text
        case .folder(let name, let problem): "enclave folder: \(name): \(problem)"
        case .bootRefused(let text): "the enclave refused to start: \(text)"
        case .exception(let vector, let place):
            "the enclave ended: exception \(Self.name(vector)) at \(place), which nothing inside handled"
        case .panic(let code, let after):
            "the enclave gave up: \(code.map(Self.explain) ?? "for a reason this version does not know")"
                + (after.map { ", after \($0)" } ?? "")
        case .protocolViolation(let text): "the enclave broke the call protocol: \(text)"
        }
    }

    static func name(_ vector: UInt16) -> String {
        switch vector {
        case 0: "#DE"
        case 1: "#DB"
        case 3: "#BP"
        case 6: "#UD"
        case 13: "#GP"
        case 14: "#PF"
        case 16: "#MF"
        case 17: "#AC"
        case 19: "#XM"
        default: "\(vector)"
        }
    }

    private static func explain(_ code: PanicCode) -> String {
        switch code {
        case .swiftTrap: "a check failed in the trusted code"
        case .exceptionInKernel: "an exception in the trusted code"
        case .outOfKernelMemory: "kernel memory ran out; raise it in the manifest"
        case .badLaunchLayout: "its launch layout is not one it knows"
        case .hostCallArea: "the call area is not where it may be"
        case .configuration: "its configuration is not one it accepts"
        case .internalError: "an internal error"
        case .pageTaken: "the host took away a page it had accepted, or put another one in its place"
        case .kernelMemoryRefused:
            "the host gave no page for kernel memory; its EPC is used up, or it cannot add pages after the start (SGX2)"
        }
    }
}
