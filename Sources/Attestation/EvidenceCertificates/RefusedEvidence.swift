/// Evidence that is recognised only to be refused by its name.
enum RefusedEvidence: CaseIterable {
    case attestationServiceReport
    case localReport
    case openEnclaveEvidence

    var what: String {
        switch self {
        case .attestationServiceReport: "a report of Intel's retired attestation service for EPID (IAS, 1.2.840.113741.1337.2)"
        case .localReport: "a local report (1.2.840.113741.1337.14), which only the machine that made it can check"
        case .openEnclaveEvidence: "Open Enclave evidence with an attestation header, not a report"
        }
    }

    /// The contents of the OBJECT IDENTIFIERs by which it is known.
    var encodedNumbers: [[UInt8]] {
        switch self {
        case .attestationServiceReport: [[0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x8a, 0x39, 0x02]]
        case .localReport: [[0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x8a, 0x39, 0x0e]]
        case .openEnclaveEvidence:
            [
                [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x69, 0x02],
                [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x14, 0x0a, 0x01, 0x02],
            ]
        }
    }
}
