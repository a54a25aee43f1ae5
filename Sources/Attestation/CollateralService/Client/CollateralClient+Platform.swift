import Attestation

extension CollateralClient {
    /// All PCK certificates of a platform, from the first endpoint whose list `accept` takes.
    ///
    /// A platform that has a manifest is named by it; Intel's service wants a subscription key.
    func certificates<Value>(
        of platform: PlatformRecord,
        accept: (PCKCertificateList, CollateralEndpoint) async throws(CollateralServiceError) -> Value
    ) async throws(CollateralServiceError) -> Value {
        try await first("PCK certificates") { (endpoint) async throws(CollateralServiceError) in
            try await accept(try await certificates(of: platform, at: endpoint), endpoint)
        }
    }

    private func certificates(
        of platform: PlatformRecord, at endpoint: CollateralEndpoint
    ) async throws(CollateralServiceError) -> PCKCertificateList {
        let what = "list of PCK certificates"
        let answer = try await answer(question(platform, endpoint), what, endpoint, headers: endpoint.secrets)
        let chain = try Self.issuerChain(answer, .pckCertificate(platform.query), endpoint)
        do { return try PCKCertificateList(json: answer.body, issuerChain: chain) } catch {
            throw .badAnswer(what: what, endpoint: endpoint.name, why: error.why)
        }
    }

    private func question(_ platform: PlatformRecord, _ endpoint: CollateralEndpoint) throws(CollateralServiceError) -> HTTPQuestion
    {
        let pceID = Hex.text(platform.query.pceID)
        if let manifest = platform.manifest {
            let body = JSONText.object([
                ("platformManifest", JSONText.string(Hex.text(manifest))), ("pceid", JSONText.string(pceID)),
            ])
            return .post(endpoint.url(tee: .sgx, path: "pckcerts", parameters: []), json: body)
        }
        let ppid = Hex.text(platform.query.encryptedPPID ?? [])
        return .get(endpoint.url(tee: .sgx, path: "pckcerts", parameters: [("encrypted_ppid", ppid), ("pceid", pceID)]))
    }
}
