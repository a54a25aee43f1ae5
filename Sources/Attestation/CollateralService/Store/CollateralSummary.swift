public import Attestation

/// What one platform's collateral is of and until when it holds, for people.
public struct CollateralSummary: Sendable {
    private let collateral: Collateral

    public init(_ collateral: Collateral) { self.collateral = collateral }

    public var text: String {
        let info = try? JSONReader.parse(Array(collateral.tcbInfo.text.utf8))
        let identity = try? JSONReader.parse(Array(collateral.qeIdentity.text.utf8))
        let issuer = (try? PlatformCertificate.chain(pem: Array(collateral.pckCRLIssuerChain.utf8)))?.first?.name
        return [
            Self.line("TCB Info", info), Self.line("identity", identity),
            "PCK CRL    of \"\(issuer ?? "an unreadable issuer")\"\(Self.dates(collateral.pckCRL))",
            "root CRL  \(Self.dates(collateral.rootCRL))",
        ].joined(separator: "\n")
    }

    private static func line(_ name: String, _ body: JSONValue?) -> String {
        let id = body?["id"]?.string ?? "SGX"
        let family = body?["fmspc"]?.string.map { ", FMSPC \($0.lowercased())" } ?? ""
        let number = body?["tcbEvaluationDataNumber"]?.integer.map { ", evaluation number \($0)" } ?? ""
        let dates = "issued \(body?["issueDate"]?.string ?? "?"), ends \(body?["nextUpdate"]?.string ?? "?")"
        return "\(name)\(String(repeating: " ", count: max(1, 11 - name.count)))of \(id)\(family)\(number), \(dates)"
    }

    private static func dates(_ list: [UInt8]) -> String {
        guard let list = try? RevocationList(parsing: list) else { return ", unreadable" }
        return ", issued \(list.thisUpdate.iso8601), ends \(list.nextUpdate.iso8601), \(list.revoked.count) revoked"
    }
}
