import ContainerRuntime
import Glibc
import Linux
import OCI

/// `attest`: evidence about the enclave of a running container, for a verifier elsewhere.
struct AttestCommand {
    private var form = AttestationRequest.Form.quote
    private var nonce: [UInt8]?
    private var isBinary = false
    private var verification = EvidenceVerification()

    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var command = AttestCommand()
        try command.takeOptions(&scanner)
        guard let id = scanner.operand() else { throw UsageError("attest: the container's ID is missing") }
        try command.takeOptions(&scanner)
        try scanner.end("attest")
        return try command.attest(id, runtime)
    }

    private mutating func takeOptions(_ scanner: inout ArgumentScanner) throws {
        while let option = try scanner.option() {
            switch option.name {
            case "--nonce": nonce = try Self.bytes(scanner.value(of: option), option.name, 1...1024)
            case "--quote": form = .quote
            case "--report": form = .report(targetInfo: nil)
            case "--target-info": form = .report(targetInfo: try Self.targetInfo(scanner.value(of: option)))
            case "--format":
                let format = try scanner.value(of: option)
                guard ["json", "binary"].contains(format) else { throw UsageError("attest: unknown format \"\(format)\"") }
                isBinary = format == "binary"
            case "--verify": verification.policy = try scanner.value(of: option)
            case "--collateral": verification.collateral = try scanner.value(of: option)
            default: throw UsageError.unknown(option.name)
            }
        }
    }

    private func attest(_ id: String, _ runtime: ContainerRuntime) throws -> Int32 {
        if verification.policy != nil, case .report = form {
            throw UsageError("attest: --verify judges a quote: a report means something on this machine only")
        }
        let evidence = try runtime.attest(id, AttestationRequest(form: form, nonce: nonce))
        if evidence.isSimulated == true {
            runtime.log.warning("the enclave is SIMULATED: this evidence proves nothing about this machine")
        }
        if verification.policy != nil { try verification.judge(evidence) }
        let text = JSONWriter.write(evidence.json, indented: true) + [0x0a]
        let output = isBinary ? evidence.bytes : text
        return output.withUnsafeBytes { write(1, $0.baseAddress, $0.count) } == output.count ? 0 : 1
    }

    private static func targetInfo(_ path: String) throws -> [UInt8] {
        let bytes = try FileContents.read(path, limit: 512)
        guard bytes.count == 512 else { throw UsageError("attest: \(path) is no TARGETINFO of 512 bytes") }
        return bytes
    }

    static func bytes(_ text: String, _ name: String, _ lengths: ClosedRange<Int>) throws -> [UInt8] {
        let digits = text.utf8.map { byte in Int(String(UnicodeScalar(byte)), radix: 16) }
        guard digits.count % 2 == 0, lengths.contains(digits.count / 2), !digits.contains(nil) else {
            throw UsageError("\(name) takes \(lengths.lowerBound) to \(lengths.upperBound) bytes in hexadecimal")
        }
        let values = digits.compactMap { $0 }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
