import Attestation
import SGX

/// A quote: who it is about, who signed it, and what it brings to be believed.
enum QuoteFacts {
    static func members(_ quote: Quote) -> Fact {
        let header = quote.header
        return .members([
            ("version", .number(UInt64(header.version))), ("environment", .text(header.environment == .sgx ? "SGX" : "TDX")),
            ("attestationKeyType", .number(UInt64(header.keyType))),
            ("quotingEnclaveSVN", .number(UInt64(header.quotingEnclaveSVN))),
            ("provisioningEnclaveSVN", .number(UInt64(header.provisioningEnclaveSVN))), ("vendor", .bytes(header.vendor)),
            ("userData", .bytes(header.userData)), ("body", body(quote.body)), ("signature", .bytes(quote.signatureData.signature)),
            ("attestationKey", .bytes(quote.signatureData.attestationKey)),
            ("quotingEnclave", quotingEnclave(quote.signatureData)),
            ("quotingEnclaveSignature", .bytes(quote.signatureData.quotingEnclaveSignature)),
            ("authenticationData", .bytes(quote.signatureData.authenticationData)),
            ("certification", certification(quote.signatureData.certification)),
        ])
    }

    private static func body(_ body: QuoteBody) -> Fact {
        switch body {
        case .enclave(let report): ReportFacts.members(report)
        case .trustDomain(let report): domain(report)
        }
    }

    private static func domain(_ report: TDReport) -> Fact {
        let versions = [("currentTCB", report.currentTCB), ("serviceDomains", report.serviceDomains)].compactMap { name, bytes in
            bytes.map { (name: name, value: Fact.bytes($0)) }
        }
        return .members(
            [
                ("mrtd", .bytes(report.measurement)), ("attributes", .text(EnclaveFacts.hex(report.attributes.rawValue))),
                ("xfam", .text(EnclaveFacts.hex(report.extendedFeatures))), ("mrconfigid", .bytes(report.configID)),
                ("mrowner", .bytes(report.owner)), ("mrownerconfig", .bytes(report.ownerConfiguration)),
                ("rtmr", .list(report.runtimeMeasurements.map(Fact.bytes))), ("mrseam", .bytes(report.moduleMeasurement)),
                ("mrsignerseam", .bytes(report.moduleSigner)), ("launchTCB", .bytes(report.launchTCB)),
                ("reportData", .bytes(report.reportData)),
            ] + versions)
    }

    private static func quotingEnclave(_ data: QuoteSignatureData) -> Fact {
        guard let report = try? ReportBody(parsing: data.quotingEnclaveReport) else { return .bytes(data.quotingEnclaveReport) }
        return ReportFacts.members(report)
    }

    /// What cannot be read as certificates is shown as bytes.
    private static func certification(_ certification: CertificationData) -> Fact {
        let kind: (name: String, value: Fact) = ("type", .number(UInt64(certification.type)))
        switch certification {
        case .pckChain(let bytes), .pckCertificate(let bytes):
            let chain = (try? CertificateFacts.chain(bytes)).map(Fact.list) ?? .bytes(bytes)
            return .members([kind, ("certificates", chain)])
        default: return .members([kind, ("is", .text("\(certification)"))])
        }
    }
}
