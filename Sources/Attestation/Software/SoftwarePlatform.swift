import Crypto
import SGX
import SoftSGX

/// The constants of the software SGX's attestation: nothing of it can be mistaken for Intel's.
public enum SoftwarePlatform {
    /// "SIM" and zeros; Intel's families are numbers of processors.
    public static let fmspc: [UInt8] = [0x53, 0x49, 0x4d, 0, 0, 0]
    public static let pceID: [UInt8] = [0x53, 0x49]
    public static let pceSVN: UInt16 = 1
    /// The CPUSVN of the software processor, which is also what the PCK certificate states component by component; the TCB Info's only
    /// level asks for the same.
    public static let components = SoftwareProcessor.cpuSVN.bytes
    public static let evaluationNumber = 1

    /// The quoting enclave's identity: hashes of labels, since no enclave image of it exists that could be measured.
    public static let quotingEnclaveMeasurement = digest("Inclavare software quoting enclave v1: MRENCLAVE")
    public static let quotingEnclaveSigner = digest("Inclavare software quoting enclave v1: MRSIGNER")
    public static let quotingEnclaveProductID: UInt16 = 1
    public static let quotingEnclaveSVN: UInt16 = 1
    /// INIT, MODE64BIT, PROVISIONKEY; x87 and SSE.
    public static let quotingEnclaveFlags: UInt64 = 0x15
    public static let quotingEnclaveXFRM: UInt64 = 0x3

    private static func digest(_ label: String) -> [UInt8] { Array(SHA256.hash(data: Array(label.utf8))) }
}
