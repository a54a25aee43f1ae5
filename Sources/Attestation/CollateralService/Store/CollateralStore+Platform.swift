import Attestation

extension CollateralStore {
    /// The PCK certificate of a platform at its present versions: of all that it has, the best that they reach.
    ///
    /// It is checked, its CA's revocation list included, and kept as what the platform's quote provider asks a cache for.
    public func certificate(of platform: PlatformRecord) async throws(CollateralServiceError) -> VerifiedItem {
        let request = CollateralRequest.pckCertificate(platform.query.byEnclave ?? platform.query)
        guard let client else { throw .notCached(what: request.name, directory: cache.directory, expired: nil) }
        return try await client.certificates(of: platform) { (list, endpoint) async throws(CollateralServiceError) in
            let chosen = try await choose(list, platform, endpoint)
            let item = CollateralItem(kind: .pckCertificate, content: Array(chosen.utf8), issuerChain: list.issuerChain)
            return try await admit(item, as: request, from: endpoint)
        }
    }

    private func choose(
        _ list: PCKCertificateList, _ platform: PlatformRecord, _ endpoint: CollateralEndpoint
    ) async throws(CollateralServiceError) -> String {
        let what = "list of PCK certificates"
        let facts = list.entries[0].facts
        guard facts.pceID == platform.query.pceID else {
            throw .badAnswer(what: what, endpoint: endpoint.name, why: "its certificates are of another PCEID")
        }
        let document = try await item(.tcbInfo(.sgx, fmspc: facts.fmspc, .standard))
        let info: TCBInfo
        do {
            info = try TCBInfo(parsing: try SignedDocument(envelope: document.item.content, member: "tcbInfo").text)
        } catch {
            throw .badAnswer(what: document.request.name, endpoint: endpoint.name, why: "\(error)")
        }
        let versions = platform.query.pceSVN
        guard let best = list.best(cpuSVN: platform.query.cpuSVN, pceSVN: UInt16(versions[0]) | UInt16(versions[1]) << 8, in: info)
        else {
            throw .badAnswer(
                what: what, endpoint: endpoint.name, why: "each of its certificates asks for more than the platform has")
        }
        return best.pem
    }
}
