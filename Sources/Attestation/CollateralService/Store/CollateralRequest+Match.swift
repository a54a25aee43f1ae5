import Attestation

extension CollateralRequest {
    /// Why a genuine item is not the one that was asked for; nil when it is.
    func mismatch(_ item: CollateralItem) -> String? {
        switch self {
        case .rootCRL, .pckCertificate: nil
        case .pckCRL(let authority): Self.mismatch(authority, item)
        case .tcbInfo(let tee, let fmspc, let update):
            Self.mismatch(item, "tcbInfo", id: tee == .sgx ? ["SGX"] : ["TDX"], fmspc: fmspc, update)
        case .identity(let kind, let update): Self.mismatch(item, "enclaveIdentity", id: [kind.rawValue], fmspc: nil, update)
        case .evaluationNumbers(let tee):
            Self.mismatch(item, "tcbEvaluationDataNumbers", id: [tee.rawValue.uppercased()], fmspc: nil, .standard)
        }
    }

    private static func mismatch(_ authority: PCKAuthority, _ item: CollateralItem) -> String? {
        let issuer = try? PlatformCertificate.chain(pem: Array(item.issuerChain.utf8)).first
        guard let issuer, PCKAuthority(issuerName: issuer.name) == authority else {
            return "it is of \"\(issuer?.name ?? "no CA")\""
        }
        return nil
    }

    private static func mismatch(
        _ item: CollateralItem, _ member: String, id expected: [String], fmspc: [UInt8]?, _ update: TCBUpdate
    ) -> String? {
        guard let body = (try? JSONReader.parse(item.content))?[member] else { return "it has no \(member)" }
        // Version 2 of TCB Info has no id; it is of SGX.
        let id = body["id"]?.string ?? "SGX"
        guard expected.contains(id) else { return "it is of \(id)" }
        if let fmspc, body["fmspc"]?.string.flatMap(Hex.bytes) != fmspc { return "it is of another FMSPC" }
        guard case .evaluationNumber(let number) = update else { return nil }
        return body["tcbEvaluationDataNumber"]?.integer == Int64(number) ? nil : "it has another evaluation data number"
    }
}
