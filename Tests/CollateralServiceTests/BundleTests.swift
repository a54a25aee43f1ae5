import Attestation
import CollateralService
import Foundation
import Testing

@Suite("Collateral bundles")
struct BundleTests {
    let fixture: ServiceFixture

    init() throws { fixture = try ServiceFixture() }

    @Test("fill a cache that never sees a network")
    func imported() async throws {
        let bundle = try Collateral(json: Array(fixture.collateral.json.utf8))
        let items = try fixture.store(nil).add(bundle)
        #expect(items.count == 4)
        #expect(try await fixture.wanted(fixture.store(nil)) == fixture.collateral)
    }

    @Test("are taken whole or not at all: with one piece that is not genuine nothing is kept")
    func forged() async throws {
        let other = try ServiceFixture().collateral
        let mine = fixture.collateral
        let mixed = Collateral(
            pckCRLIssuerChain: mine.pckCRLIssuerChain, rootCRL: mine.rootCRL, pckCRL: mine.pckCRL,
            tcbInfoIssuerChain: mine.tcbInfoIssuerChain, tcbInfo: mine.tcbInfo,
            qeIdentityIssuerChain: mine.qeIdentityIssuerChain, qeIdentity: other.qeIdentity)
        let error = #expect(throws: CollateralServiceError.self) { try fixture.store(nil).add(mixed) }
        #expect(error?.description.contains("the bundle") == true)
        #expect(fixture.cache.keys().isEmpty)
        #expect(throws: CollateralServiceError.self) { try fixture.store(nil).add(other) }
    }
}
