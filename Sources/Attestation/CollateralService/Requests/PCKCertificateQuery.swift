import Attestation

/// Names one platform at one TCB level, whose PCK certificate is asked for.
///
/// The fields are what Intel's ID retrieval tool prints and what quote provider libraries send: hexadecimal, in the byte order of the
/// platform, which for PCESVN and PCEID is little-endian.
public struct PCKCertificateQuery: Hashable, Sendable {
    /// PPID encrypted to Intel's key: 384 bytes, or none where a cache knows the platform by its quoting enclave's id.
    public let encryptedPPID: [UInt8]?
    public let quotingEnclaveID: [UInt8]?
    public let cpuSVN: [UInt8]
    public let pceSVN: [UInt8]
    public let pceID: [UInt8]

    /// nil when a field has another size than its format's, or when nothing names the platform.
    public init?(encryptedPPID: [UInt8]?, quotingEnclaveID: [UInt8]?, cpuSVN: [UInt8], pceSVN: [UInt8], pceID: [UInt8]) {
        guard cpuSVN.count == 16, pceSVN.count == 2, pceID.count == 2, encryptedPPID ?? quotingEnclaveID != nil,
            encryptedPPID.map({ $0.count == 384 }) ?? true, quotingEnclaveID.map({ (1...130).contains($0.count) }) ?? true
        else { return nil }
        self.encryptedPPID = encryptedPPID
        self.quotingEnclaveID = quotingEnclaveID
        self.cpuSVN = cpuSVN
        self.pceSVN = pceSVN
        self.pceID = pceID
    }

    /// The same by the quoting enclave alone, since a platform encrypts its PPID anew each time; nil where that is all or missing.
    public var byEnclave: PCKCertificateQuery? {
        guard let quotingEnclaveID, encryptedPPID != nil else { return nil }
        return PCKCertificateQuery(
            encryptedPPID: nil, quotingEnclaveID: quotingEnclaveID, cpuSVN: cpuSVN, pceSVN: pceSVN, pceID: pceID)
    }

    /// What a quote without a certificate says of its platform.
    init?(_ reference: PlatformReference) {
        guard let pceID = reference.pceID else { return nil }
        let pceSVN = [UInt8(truncatingIfNeeded: reference.pceSVN), UInt8(truncatingIfNeeded: reference.pceSVN >> 8)]
        self.init(
            encryptedPPID: reference.ppid, quotingEnclaveID: nil, cpuSVN: reference.cpuSVN, pceSVN: pceSVN, pceID: pceID)
    }

    var parameters: [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        if let quotingEnclaveID { result.append(("qeid", Hex.text(quotingEnclaveID))) }
        if let encryptedPPID { result.append(("encrypted_ppid", Hex.text(encryptedPPID))) }
        return result + [("cpusvn", Hex.text(cpuSVN)), ("pcesvn", Hex.text(pceSVN)), ("pceid", Hex.text(pceID))]
    }
}
