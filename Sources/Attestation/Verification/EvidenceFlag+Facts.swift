import SGX

extension EvidenceFlag {
    /// The flags that a quote's body raises.
    static func flags(of body: QuoteBody) -> Set<EvidenceFlag> {
        var flags: Set<EvidenceFlag> = []
        switch body {
        case .enclave(let report):
            if report.attributes.flags.contains(.debug) { flags.insert(.debug) }
        case .trustDomain(let report):
            if report.attributes.contains(.debug) { flags.insert(.debug) }
            if !report.attributes.contains(.septVEDisable) { flags.insert(.withoutSEPTVEDisable) }
            if report.attributes.hasReservedBits { flags.insert(.unknownTDAttributes) }
            if report.serviceDomains?.contains(where: { $0 != 0 }) == true { flags.insert(.serviceDomain) }
        }
        return flags
    }

    /// The flags that the platform's configuration raises.
    static func flags(of facts: PCKExtension) -> Set<EvidenceFlag> {
        guard let configuration = facts.configuration else { return [] }
        var flags: Set<EvidenceFlag> = []
        if configuration.isDynamicPlatform == true { flags.insert(.dynamicPlatform) }
        if configuration.hasCachedKeys == true { flags.insert(.cachedKeys) }
        if configuration.hasMultithreading == true { flags.insert(.multithreading) }
        return flags
    }
}
