import Attestation
import Foundation
import Testing

@Suite("Standing of platforms, trust domains and their modules")
struct StandingTests {
    private func verify(
        _ chain: SyntheticChain, launch: [UInt8], current: [UInt8]? = nil, _ collateral: Collateral
    ) throws -> VerifiedQuote {
        let quote = try chain.quote(
            version: current == nil ? 4 : 5, body: SyntheticChain.domainBody(launch: launch, current: current))
        return try Verifier(roots: chain.roots).verify(quote: quote, collateral: collateral, at: chain.now)
    }

    @Test("names the level that matched and what would have to rise to reach the next")
    func explanation() throws {
        guard let chain = try SyntheticChain() else { return }
        let text = chain.collateral.tcbInfo.text.replacing(
            "{\"svn\":10},{\"svn\":10}",
            with: "{\"svn\":12,\"category\":\"BIOS\",\"type\":\"Early Microcode Update\"},{\"svn\":10}",
            maxReplacements: 1)
        let collateral = chain.collateral.with(tcbInfo: try chain.sign(text))
        let quote = try Verifier(roots: chain.roots).verify(quote: chain.base, collateral: collateral, at: chain.now)
        #expect(quote.platform.level == 2)
        #expect(quote.platform.next?.status == .upToDate)
        #expect(
            quote.platform.next?.shortfalls.map(\.description)
                == ["component 1 (BIOS, Early Microcode Update) must rise from 10 to 12"])
        #expect(quote.quotingEnclave.level == 1 && quote.quotingEnclave.next == nil)
    }

    @Test("of a module with a major version comes from its own levels, and components 1 and 2 of the platform's do not count")
    func moduleLevels() throws {
        guard let chain = try SyntheticChain() else { return }
        let collateral = try chain.domainCollateral(levels: [([9, 9, 3], "UpToDate")])
        let current = try verify(chain, launch: [5, 1, 3], collateral)
        #expect(current.status == .upToDate && current.moduleStatus == .upToDate && current.claims.technology == .tdx)
        let old = try verify(chain, launch: [4, 1, 3], collateral)
        #expect(old.status == .outOfDate && old.platformStatus == .upToDate && old.moduleStatus == .outOfDate)
        #expect(old.module?.next?.shortfalls.map(\.needed) == [5])
        let unversioned = try domainFailure(chain, launch: [5, 0, 3], collateral)
        #expect(unversioned?.description.contains("TCB Info has no level") == true)
    }

    @Test("is an error for a module that the TCB Info does not list, and for one below all its levels")
    func unlistedModules() throws {
        guard let chain = try SyntheticChain() else { return }
        let collateral = try chain.domainCollateral()
        #expect(try domainFailure(chain, launch: [5, 2, 3], collateral)?.description.contains("TDX_02") == true)
        #expect(try domainFailure(chain, launch: [1, 1, 3], collateral)?.description.contains("TDX_01") == true)
    }

    @Test("of a domain launched outdated and served by current versions now is that a relaunch is advised")
    func relaunch() throws {
        guard let chain = try SyntheticChain() else { return }
        let collateral = try chain.domainCollateral()
        let advised = try verify(chain, launch: [2, 1, 3], current: [5, 1, 3], collateral)
        #expect(advised.status == .relaunchAdvised)
        #expect(advised.moduleStatus == .outOfDate && advised.currentModule?.status == .upToDate)
        #expect(try verify(chain, launch: [2, 1, 3], current: [4, 1, 3], collateral).status == .outOfDate)
        #expect(try verify(chain, launch: [5, 1, 3], current: [2, 1, 3], collateral).status == .upToDate)
        let configuration = try chain.domainCollateral(levels: [([3, 0, 3], "ConfigurationNeeded")])
        #expect(
            try verify(chain, launch: [2, 1, 3], current: [5, 1, 3], configuration).status == .relaunchAdvisedConfigurationNeeded)
    }

    @Test("of every launch under every current status follows Intel's rule, and nothing is mended by what is revoked")
    func relaunchRule() {
        for launch in TCBStatus.allCases {
            #expect(launch.relaunched(under: .revoked) == .revoked)
            for current in TCBStatus.allCases where current != .revoked {
                let isOutdated = launch == .outOfDate || launch == .outOfDateConfigurationNeeded
                let isCurrent = [
                    .upToDate, .softwareHardeningNeeded, .configurationNeeded, .configurationAndSoftwareHardeningNeeded,
                ].contains(current)
                let result = launch.relaunched(under: current)
                #expect((result != launch) == (isOutdated && isCurrent), "\(launch) under \(current)")
                let asks = [launch, current].contains { $0.rawValue.contains("Configuration") }
                if isOutdated && isCurrent { #expect(result == (asks ? .relaunchAdvisedConfigurationNeeded : .relaunchAdvised)) }
            }
        }
    }

    @Test("carries as flags what a policy must judge of a trust domain")
    func domainFlags() throws {
        guard let chain = try SyntheticChain() else { return }
        let collateral = try chain.domainCollateral()
        func flags(_ change: (inout [UInt8]) -> Void) throws -> Set<EvidenceFlag> {
            var body = SyntheticChain.domainBody(launch: [5, 1, 3], current: [5, 1, 3])
            change(&body)
            let quote = try chain.quote(version: 5, body: body)
            return try Verifier(roots: chain.roots).verify(quote: quote, collateral: collateral, at: chain.now).flags
                .intersection(EvidenceFlag.untrusted)
        }
        #expect(try flags { _ in } == [])
        #expect(try flags { $0[120] = 1 } == [.debug])
        #expect(try flags { $0[123] = 0 } == [.withoutSEPTVEDisable])
        #expect(try flags { $0[121] = 1 } == [.unknownTDAttributes])
        #expect(try flags { $0[640] = 1 } == [.serviceDomain])
    }

    @Test("refuses a module of another signer or other attributes")
    func foreignModule() throws {
        guard let chain = try SyntheticChain() else { return }
        let collateral = try chain.domainCollateral()
        for offset in [64, 111, 112, 119] {
            var body = SyntheticChain.domainBody(launch: [5, 1, 3])
            body[offset] = 1
            let quote = try chain.quote(version: 4, body: body)
            #expect(throws: VerificationFailure.self) {
                try Verifier(roots: chain.roots).verify(quote: quote, collateral: collateral, at: chain.now)
            }
        }
    }

    private func domainFailure(
        _ chain: SyntheticChain, launch: [UInt8], _ collateral: Collateral
    ) throws -> VerificationFailure? {
        do {
            _ = try verify(chain, launch: launch, collateral)
            return nil
        } catch let failure as VerificationFailure {
            return failure
        }
    }
}
