/// The ways in which certificates carry a quote, the preferred first.
///
/// A certificate with several is judged by the first of this order alone. One that is there and cannot be read refuses the certificate:
/// nobody may make a reader fall back to an older form by damaging the newer.
public enum EvidenceForm: String, CaseIterable, Sendable {
    /// CBOR, with claims that the report data hash: "Interoperable RA-TLS" of the Confidential Computing Consortium.
    case interoperable
    /// An Open Enclave report; EGo uses the newer number too, Azure's attestation service wraps a quote under the older.
    case openEnclave = "open-enclave"
    case oldOpenEnclave = "open-enclave-old"
    /// Gramine before 1.8 wrote tag and length of its number into the number itself.
    case gramine = "gramine-legacy"
    /// What Gramine meant, and what sgx-ra-tls and enclave-tls wrote.
    case plainQuote = "plain-quote"
    /// The Intel SDK's samples, under the number of PCK certificates' own facts.
    case intelSample = "intel-sample"

    public var name: String { "\(family), \(number)" }

    private var family: String {
        switch self {
        case .interoperable: "interoperable RA-TLS"
        case .openEnclave, .oldOpenEnclave: "Open Enclave report"
        case .gramine: "Gramine's old form"
        case .plainQuote: "sgx-ra-tls"
        case .intelSample: "Intel SDK's old form"
        }
    }

    private var number: String {
        switch self {
        case .interoperable: "2.23.133.5.4.9"
        case .openEnclave: "1.3.6.1.4.1.311.105.1"
        case .oldOpenEnclave: "1.2.840.113556.10.1.1"
        case .gramine: "0.6.9.42.840.113741.1337.6"
        case .plainQuote: "1.2.840.113741.1337.6"
        case .intelSample: "1.2.840.113741.1.13.1"
        }
    }

    /// The content of the OBJECT IDENTIFIER.
    var encodedNumber: [UInt8] {
        switch self {
        case .interoperable: [0x67, 0x81, 0x05, 0x05, 0x04, 0x09]
        case .openEnclave: [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x69, 0x01]
        case .oldOpenEnclave: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x14, 0x0a, 0x01, 0x01]
        case .gramine: [0x06, 0x09] + Self.plainQuote.encodedNumber
        case .plainQuote: [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x8a, 0x39, 0x06]
        case .intelSample: PCKExtension.encodedOID
        }
    }
}
