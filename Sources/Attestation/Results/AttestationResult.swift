/// A verification's outcome as an EAR token (draft-ietf-rats-ear): a JWT with an AR4SI trust vector, signed by the verifier.
///
/// The evidence's own claims stand beside the vector under the names that other services use for annotated SGX and TDX evidence. The
/// token ends after `lifetime`, and never later than the collateral that it rests on. A key that accepted evidence speaks of stands in
/// `ear.veraison.key-attestation`, as its SubjectPublicKeyInfo.
public struct AttestationResult: Sendable {
    public static let profile = "tag:github.com,2023:veraison/ear"
    public static let defaultLifetime: Int64 = 300

    private let report: VerdictReport
    private let policyID: String
    private let nonce: [UInt8]?
    private let issued: Timestamp
    private let lifetime: Int64

    /// `policyID` names the policy, as a URI; `nonce` is what the asker sent, 8 to 64 bytes.
    public init(
        _ report: VerdictReport, policyID: String, nonce: [UInt8]? = nil, issued: Timestamp, lifetime: Int64 = defaultLifetime
    ) {
        self.report = report
        self.policyID = policyID
        self.nonce = nonce
        self.issued = issued
        self.lifetime = lifetime
    }

    public func token(signedBy key: VerifierKey) throws(VerifierKeyError) -> String { try key.token(claims: claims) }

    /// The tier of the whole: the worst of the vector, and contraindicated whenever the policy refused.
    public var status: TrustTier {
        let tier = TrustworthinessVector(report).tier
        return report.outcome == .accepted ? tier : max(tier, .contraindicated)
    }

    var claims: String {
        var members: [(key: String, json: String)] = [
            ("eat_profile", JSONText.string(Self.profile)), ("iat", String(issued.seconds)), ("nbf", String(issued.seconds)),
            ("exp", String(expires.seconds)),
            (
                "ear.verifier-id",
                JSONText.object([("build", JSONText.string("inclavare verify")), ("developer", JSONText.string("Inclavare"))])
            ),
        ]
        if let nonce { members.append(("eat_nonce", JSONText.string(Base64URL.text(nonce)))) }
        members.append(("submods", JSONText.object([("cpu0", appraisal)])))
        return JSONText.object(members)
    }

    private var expires: Timestamp {
        let end = Timestamp(seconds: issued.seconds + lifetime)
        guard let quote = report.verdict?.quote, quote.collateralExpires > issued else { return end }
        return min(end, quote.collateralExpires)
    }

    private var appraisal: String {
        var members: [(key: String, json: String)] = [
            ("ear.status", JSONText.string(status.rawValue)),
            ("ear.trustworthiness-vector", TrustworthinessVector(report).json),
            ("ear.appraisal-policy-id", JSONText.string(policyID)),
        ]
        if let quote = report.verdict?.quote {
            members.append(("ear.veraison.annotated-evidence", AnnotatedEvidence(quote).json))
        }
        if report.outcome == .accepted, let key = report.key {
            let text = JSONText.string(Base64URL.text(key.certificate.publicKeyInfo))
            members.append(("ear.veraison.key-attestation", JSONText.object([("akpub", text)])))
        }
        return JSONText.object(members)
    }
}
