import Attestation
import Glibc

/// libFuzzer's entry: whatever a host or a network hands the verifier, reading it gives values or an error, and never takes long.
///
/// The first byte chooses the parser: a quote, a certificate with its SGX extension, a JSON document of collateral, a revocation list,
/// a certificate with evidence, the CBOR of evidence. FUZZ_PARSER, its number, keeps to one of them.
@c(LLVMFuzzerTestOneInput)
public func fuzzAttestation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    AttestationParsers.read(Array(bytes.dropFirst()), onlyParser ?? choice)
    return 0
}

private let onlyParser = getenv("FUZZ_PARSER").flatMap { UInt8(String(cString: $0)) }
