/// Where verifiers of DCAP quotes differ, one enumeration for each difference; the strict choice is the default.
///
/// `docs/reference/verification-differences.md` says of each what it means and which verifier does what.
public struct VerificationOptions: Equatable, Sendable {
    /// Bytes after the end of the quote.
    public enum TrailingBytes: String, CaseIterable, Sendable { case refuse, acceptZeros = "accept-zeros", ignore }
    public var trailingBytes = TrailingBytes.refuse

    /// TCB Info of version 2, which Intel's retired API gave and some caches still serve.
    public enum OldTCBInfo: String, CaseIterable, Sendable { case refuse, accept }
    public var oldTCBInfo = OldTCBInfo.refuse

    /// TCB Info of a version above 3.
    public enum UnknownTCBInfo: String, CaseIterable, Sendable { case refuse, readAsVersion3 = "read-as-version-3" }
    public var unknownTCBInfo = UnknownTCBInfo.refuse

    /// The PCEID of certificate and TCB Info.
    public enum ProvisioningEnclaveID: String, CaseIterable, Sendable { case mustMatch = "must-match", ignore }
    public var provisioningEnclaveID = ProvisioningEnclaveID.mustMatch

    /// A quoting enclave older than every level of its identity.
    public enum UnlistedQuotingEnclave: String, CaseIterable, Sendable { case refuse, revoked }
    public var unlistedQuotingEnclave = UnlistedQuotingEnclave.refuse

    /// Collateral and certificates that are dated in the future.
    public enum FutureDates: String, CaseIterable, Sendable {
        case refuse
        /// Only revocation lists of the future count, as ended ones.
        case ignore
    }
    public var futureDates = FutureDates.refuse

    /// Collateral and certificates whose time is over.
    public enum ExpiredCollateral: String, CaseIterable, Sendable {
        case refuse
        /// It becomes a flag of the result, with the parts that have ended.
        case report
    }
    public var expiredCollateral = ExpiredCollateral.refuse

    /// What the certificate chain in the quote must be besides a leaf and its CA.
    public enum EmbeddedChain: String, CaseIterable, Sendable {
        /// Leaf, CA and the trusted root, each whole, and no text around them.
        case exact
        /// The root and any text around the certificates go unread.
        case ignoreRoot = "ignore-root"
        /// What is there must be sound; what is missing comes from the collateral; text around the certificates goes unread.
        case complete
    }
    public var embeddedChain = EmbeddedChain.exact

    /// Whether the type numbers of certification data must say what the data are.
    public enum CertificationType: String, CaseIterable, Sendable {
        case mustMatch = "must-match"
        case ignoreOuter = "ignore-outer"
        /// Whatever the inner type says, the data are a chain.
        case ignoreInner = "ignore-inner"
    }
    public var certificationType = CertificationType.mustMatch

    /// SGX reports in quotes of versions 4 and 5.
    public enum EnclavesInNewerVersions: String, CaseIterable, Sendable {
        case accept
        case acceptInVersion4 = "accept-in-version-4"
        case refuse
    }
    public var enclavesInNewerVersions = EnclavesInNewerVersions.accept

    /// The second half of the QE report's report data.
    public enum ReportDataTail: String, CaseIterable, Sendable { case mustBeZero = "must-be-zero", ignore }
    public var reportDataTail = ReportDataTail.mustBeZero

    /// A signer chain of TCB Info or QE Identity that leaves its root out.
    public enum SignerRoot: String, CaseIterable, Sendable { case mayBeMissing = "may-be-missing", required }
    public var signerRoot = SignerRoot.mayBeMissing

    /// What every policy refuses unless told otherwise: debug, a service domain, TD attributes, revocation.
    public enum UntrustedState: String, CaseIterable, Sendable {
        /// It is a flag or the status of the result, for the policy to judge.
        case report
        /// It is a failure of verification.
        case refuse
    }
    public var untrustedState = UntrustedState.report

    public init() {}

    /// The default: what differs between verifiers is refused.
    public static let strict = VerificationOptions()
}
