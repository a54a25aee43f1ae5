/// A fact of verified evidence that a policy has to judge: nothing here makes a quote less genuine.
public enum EvidenceFlag: String, CaseIterable, Sendable {
    /// A debugger may read and change everything.
    case debug
    /// A software SGX made it: it proves nothing about who can read the program's memory.
    case simulated
    /// The platform's packages can be exchanged.
    case dynamicPlatform = "dynamic-platform"
    /// Intel keeps the platform's root keys, to certify it again.
    case cachedKeys = "cached-keys"
    case multithreading
    /// Judged with collateral whose time is over, as the options allow.
    case expiredCollateral = "expired-collateral"
    /// The host can raise exceptions in the trust domain's kernel at any access.
    case withoutSEPTVEDisable = "without-sept-ve-disable"
    /// The trust domain has attributes whose meaning this verifier does not know.
    case unknownTDAttributes = "unknown-td-attributes"
    /// Another trust domain may act on this one, in a migration for example.
    case serviceDomain = "service-domain"

    /// What no policy accepts without saying so by name.
    public static let untrusted: Set<EvidenceFlag> = [
        .debug, .simulated, .expiredCollateral, .withoutSEPTVEDisable, .unknownTDAttributes, .serviceDomain,
    ]

    /// What the options may turn into a failure.
    static let untrustedStates: Set<EvidenceFlag> = [.debug, .withoutSEPTVEDisable, .unknownTDAttributes, .serviceDomain]
}
