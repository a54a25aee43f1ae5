import EnclaveCrypto
import SGX

/// Verified evidence claim by claim, as `ear.veraison.annotated-evidence` carries it: one object named by the technology.
///
/// Fields of the report are hexadecimal in the byte order of the report.
struct AnnotatedEvidence {
    private let quote: VerifiedQuote

    init(_ quote: VerifiedQuote) { self.quote = quote }

    var json: String {
        switch quote.claims.body {
        case .enclave(let report): JSONText.object([("sgx", JSONText.object([("body", Self.body(report))] + standing))])
        case .trustDomain(let report):
            JSONText.object([("tdx", JSONText.object([("quote", JSONText.object([("body", Self.body(report))]))] + standing))])
        }
    }

    private static func body(_ report: ReportBody) -> String {
        JSONText.object([
            ("cpu_svn", hex(report.cpuSVN.bytes)), ("misc_select", hex(Array(report.bytes[16..<20]))),
            ("attributes.flags", hex(Array(report.bytes[48..<56]))), ("attributes.xfrm", hex(Array(report.bytes[56..<64]))),
            ("isv_ext_prod_id", hex(report.isvExtProdID.bytes)), ("mr_enclave", hex(report.mrEnclave.bytes)),
            ("mr_signer", hex(report.mrSigner.bytes)), ("config_id", hex(report.configID.bytes)),
            ("isv_prod_id", hex(Array(report.bytes[256..<258]))), ("isv_svn", hex(Array(report.bytes[258..<260]))),
            ("config_svn", hex(Array(report.bytes[260..<262]))), ("isv_family_id", hex(report.isvFamilyID.bytes)),
            ("report_data", hex(report.reportData.bytes)),
        ])
    }

    private static func body(_ report: TDReport) -> String {
        var members: [(key: String, json: String)] = [
            ("tcb_svn", hex(report.launchTCB)), ("mr_seam", hex(report.moduleMeasurement)),
            ("mrsigner_seam", hex(report.moduleSigner)),
            ("seam_attributes", hex(report.moduleAttributes)), ("td_attributes", hex(Array(report.bytes[120..<128]))),
            ("xfam", hex(Array(report.bytes[128..<136]))), ("mr_td", hex(report.measurement)),
            ("mr_config_id", hex(report.configID)),
            ("mr_owner", hex(report.owner)), ("mr_owner_config", hex(report.ownerConfiguration)),
        ]
        for (index, value) in report.runtimeMeasurements.enumerated() { members.append(("rtmr_\(index)", hex(value))) }
        members.append(("report_data", hex(report.reportData)))
        if let service = report.serviceDomains { members.append(("mr_servicetd", hex(service))) }
        return JSONText.object(members)
    }

    private var standing: [(key: String, json: String)] {
        var members: [(key: String, json: String)] = [
            ("tcb_status", JSONText.string(quote.status.rawValue)),
            ("advisory_ids", JSONText.array(quote.advisories.map(JSONText.string))),
            ("tcb_date", JSONText.string(quote.tcbDate.iso8601)), ("tcb_eval_num", String(quote.evaluationNumber)),
            ("collateral_expiration_status", quote.expiredParts.isEmpty ? "0" : "1"),
            ("earliest_expiration_date", JSONText.string(quote.dates.earliestExpiry.iso8601)),
            ("fmspc", Self.hex(quote.fmspc)), ("sgx_type", String(quote.platformFacts.memoryProtection.rawValue)),
        ]
        if let setup = quote.platformFacts.configuration {
            for (name, value) in [
                ("is_dynamic_platform", setup.isDynamicPlatform), ("is_cached_keys_policy", setup.hasCachedKeys),
                ("is_smt_enabled", setup.hasMultithreading),
            ] {
                if let value { members.append((name, String(value))) }
            }
        }
        return members + [("simulated", String(quote.isSimulated))]
    }

    private static func hex(_ bytes: [UInt8]) -> String { JSONText.string(Hex.text(bytes)) }
}
