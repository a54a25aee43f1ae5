import Attestation

/// Collateral: what each part is about, until when it holds, and which levels it knows.
enum CollateralFacts {
    static func members(_ collateral: Collateral) throws -> Fact {
        let info = try TCBInfo(parsing: collateral.tcbInfo.text, options: .forShowing)
        let identity = try QEIdentity(parsing: collateral.qeIdentity.text)
        return .members([
            ("tcbInfo", members(info)), ("tcbInfoSigners", try chain(collateral.tcbInfoIssuerChain)),
            ("qeIdentity", members(identity)), ("qeIdentitySigners", try chain(collateral.qeIdentityIssuerChain)),
            ("pckCRL", members(try RevocationList(parsing: collateral.pckCRL))),
            ("pckCRLIssuers", try chain(collateral.pckCRLIssuerChain)),
            ("rootCRL", members(try RevocationList(parsing: collateral.rootCRL))),
        ])
    }

    private static func chain(_ pem: String) throws -> Fact { .list(try CertificateFacts.chain(Array(pem.utf8))) }

    private static func members(_ info: TCBInfo) -> Fact {
        .members([
            ("id", .text(info.kind.rawValue)), ("version", .number(UInt64(info.version))), ("fmspc", .bytes(info.fmspc)),
            ("pceID", .bytes(info.pceID)), ("evaluationNumber", .number(UInt64(info.evaluationNumber))),
            ("issueDate", .text(info.issueDate.iso8601)), ("nextUpdate", .text(info.nextUpdate.iso8601)),
            ("levels", .list(info.levels.map(members))),
        ])
    }

    private static func members(_ level: TCBLevel) -> Fact {
        .members([
            ("components", .text(level.components.map { String($0.version) }.joined(separator: " "))),
            ("pceSVN", .number(UInt64(level.pceSVN))), ("date", .text(level.date.iso8601)),
            ("status", .text(level.status.rawValue)),
            ("advisories", .list(level.advisories.map(Fact.text))),
        ])
    }

    private static func members(_ identity: QEIdentity) -> Fact {
        .members([
            ("id", .text(identity.kind.rawValue)), ("mrsigner", .bytes(identity.mrsigner)),
            ("productID", .number(UInt64(identity.productID))), ("evaluationNumber", .number(UInt64(identity.evaluationNumber))),
            ("issueDate", .text(identity.issueDate.iso8601)), ("nextUpdate", .text(identity.nextUpdate.iso8601)),
            (
                "levels",
                .list(
                    identity.levels.map { level in
                        .members([
                            ("securityVersion", .number(UInt64(level.securityVersion))), ("date", .text(level.date.iso8601)),
                            ("status", .text(level.status.rawValue)),
                        ])
                    })
            ),
        ])
    }

    private static func members(_ list: RevocationList) -> Fact {
        .members([
            ("issuer", .text(list.issuerName)), ("thisUpdate", .text(list.thisUpdate.iso8601)),
            ("nextUpdate", .text(list.nextUpdate.iso8601)), ("revoked", .number(UInt64(list.revoked.count))),
        ])
    }
}
