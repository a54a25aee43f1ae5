import Attestation

/// Why a verdict of ours may differ from dcap-qvl's although its switches are set.
enum DifferentialReason: String {
    case pckCRLIssuerChain = "we verify the issuer chain of the PCK CRL, which dcap-qvl does not read"
    case signerChain = "we read an issuer chain to its end, dcap-qvl only what it needs to reach its own root"
    case reservedBytes = "reserved bytes of a report are not zero, which dcap-qvl does not look at"
    case levelDate = "the date of a level is not one, which dcap-qvl does not read"
    case provisioningEnclaveID = "the PCEID of the TCB Info is none, which dcap-qvl does not read"
    case statusOfPart = "a level has a status that Intel's format does not give to such a part, which dcap-qvl takes"
    case futureList = "a revocation list is of the future, which dcap-qvl does not look at"
    case levelOrder = "the quoting enclave's levels are out of order, and dcap-qvl takes the first that matches"
    case domainAttributes = "dcap-qvl overlooks bit 39 of TDATTRIBUTES and takes bit 63, performance monitoring, for a reserved one"
    case looseText = "dcap-qvl reads PEM text around white space and control characters"
    case unreadBlock = "a damaged marker hides a certificate that is not needed: we do not look for it, dcap-qvl stumbles over it"

    init?(_ item: DifferentialCase, _ ours: Result<VerifiedQuote, VerificationFailure>, _ theirs: OracleVerdict) {
        let reason: DifferentialReason? =
            switch (ours, theirs) {
            case (_, .accepted) where !Self.isSorted(item.collateral.qeIdentity.text): .levelOrder
            case (.failure(let failure), .accepted): Self.reason(failure)
            case (.success, .accepted): nil
            case (.success(let quote), .refused(let why)): Self.reason(quote, why)
            case (.failure, .refused): nil
            }
        guard let reason else { return nil }
        self = reason
    }

    private static func reason(_ failure: VerificationFailure) -> DifferentialReason? {
        switch failure {
        case .quote(.report): .reservedBytes
        case .collateral(.badValue(_, "tcbDate", _)): .levelDate
        case .collateral(.badValue(_, "pceId", _)): .provisioningEnclaveID
        case .collateral(.unsupported(_, "tcbStatus", _)): .statusOfPart
        case .notYetValid(CollateralPart.rootCRL.rawValue, _, _), .notYetValid(CollateralPart.pckCRL.rawValue, _, _): .futureList
        case .untrusted(EvidenceFlag.unknownTDAttributes.rawValue): .domainAttributes
        case .certificate(CollateralPart.pckChain.rawValue, .notPEM("a block is not base64")): .looseText
        default: chainReason(failure.description)
        }
    }

    private static func chainReason(_ failure: String) -> DifferentialReason? {
        if failure.contains(CollateralPart.pckCRLIssuerChain.rawValue) { return .pckCRLIssuerChain }
        let signers = [CollateralPart.tcbInfoIssuerChain, .qeIdentityIssuerChain].map(\.rawValue)
        return signers.contains(where: failure.contains) ? .signerChain : nil
    }

    private static func reason(_ quote: VerifiedQuote, _ why: String) -> DifferentialReason? {
        if why.contains("Failed to parse certs") { return .unreadBlock }
        guard why.contains("Reserved bits"), case .trustDomain(let report) = quote.claims.body,
            report.attributes.contains(.performanceMonitoring)
        else { return nil }
        return .domainAttributes
    }

    private static func isSorted(_ identity: String) -> Bool {
        let versions = identity.matches(of: /"isvsvn":([0-9]+)/).compactMap { Int($0.1) }
        return versions == versions.sorted(by: >)
    }
}
