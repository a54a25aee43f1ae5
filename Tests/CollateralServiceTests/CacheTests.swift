import Attestation
import CollateralService
import Foundation
import Testing

@Suite("The collateral cache on disk")
struct CacheTests {
    let fixture: ServiceFixture
    let request = CollateralRequest.identity(.quotingEnclave, .standard)

    init() throws { fixture = try ServiceFixture() }

    /// Fills the cache and gives the file of the QE identity.
    func filled() async throws -> URL {
        let client = try fixture.client(try UpstreamServer(fixture.answers))
        _ = try await fixture.wanted(fixture.store(client))
        await client.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.cache.directory)
        let name = try #require(names.first { $0.hasSuffix("qe-identity-standard.collateral") })
        return URL(fileURLWithPath: fixture.cache.directory).appendingPathComponent(name)
    }

    @Test("does not take an entry with any byte changed, a part of one, or one of a newer format")
    func damage() async throws {
        let file = try await filled()
        let genuine = [UInt8](try Data(contentsOf: file))
        var changed: [[UInt8]] = stride(from: 0, to: genuine.count, by: 97).map { offset in
            var bytes = genuine
            bytes[offset] ^= 1
            return bytes
        }
        changed += [[], Array(genuine.dropLast()), genuine + [0], Array(genuine.prefix(40))]
        for bytes in changed {
            try Data(bytes).write(to: file)
            await #expect(throws: CollateralServiceError.self) { try await fixture.store(nil).item(request) }
        }
        try Data(genuine).write(to: file)
        #expect(
            try await fixture.store(nil).item(request).item.content
                == fixture.collateral.qeIdentity.envelope(member: "enclaveIdentity"))
    }

    @Test("believes nothing because it is there: an entry of another machine's root is none")
    func foreign() async throws {
        let file = try await filled()
        let other = try ServiceFixture()
        let client = try other.client(try UpstreamServer(other.answers))
        _ = try await other.wanted(other.store(client))
        await client.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: other.cache.directory) where name.hasSuffix(".collateral") {
            let mine = name.replacingOccurrences(
                of: Hex.text(other.fingerprint), with: Hex.text(fixture.fingerprint))
            let place = file.deletingLastPathComponent().appendingPathComponent(mine)
            try Data(contentsOf: URL(fileURLWithPath: other.cache.directory).appendingPathComponent(name)).write(to: place)
        }
        await #expect(throws: CollateralServiceError.self) { try await fixture.wanted(fixture.store(nil)) }
    }

    @Test("leaves no half-written file and no litter beside its entries and locks")
    func litter() async throws {
        let file = try await filled()
        let names = try FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path)
        #expect(names.allSatisfy { $0.hasSuffix(".collateral") || $0.hasSuffix(".lock") }, "\(names)")
        #expect(fixture.cache.keys().count == 4)
    }

    @Test("that cannot be written says where and how to name another")
    func unwritable() async throws {
        let client = try fixture.client(try UpstreamServer(fixture.answers))
        let file = fixture.folder.appendingPathComponent("file")
        try Data().write(to: file)
        let cache = CollateralCache(directory: file.appendingPathComponent("cache").path)
        let store = CollateralStore(root: fixture.trusted, cache: cache, client: client) { [fixture] in fixture.start }
        let error = await #expect(throws: CollateralServiceError.self) { try await store.item(request) }
        #expect(error?.description.contains(file.path) == true, "\(String(describing: error))")
        await client.close()
    }
}
