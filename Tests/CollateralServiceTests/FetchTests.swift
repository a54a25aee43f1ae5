import Attestation
import CollateralService
import Foundation
import Synchronization
import Testing

@Suite("Collateral from a service")
struct FetchTests {
    let fixture: ServiceFixture

    init() throws { fixture = try ServiceFixture() }

    @Test("is the platform's own, is kept, and needs no network while it is current")
    func warm() async throws {
        let upstream = try UpstreamServer(fixture.answers)
        let client = try fixture.client(upstream)
        #expect(try await fixture.wanted(fixture.store(client)) == fixture.collateral)
        await client.close()
        upstream.stop()
        #expect(try await fixture.wanted(fixture.store(nil)) == fixture.collateral)
        fixture.elapsed.withLock { $0 = 29 * 86_400 }
        #expect(try await fixture.wanted(fixture.store(nil)) == fixture.collateral)
        #expect(upstream.requests.count == 4, "\(upstream.requests)")
    }

    @Test("is an error that names its end when it is expired and nobody may be asked")
    func expired() async throws {
        let client = try fixture.client(try UpstreamServer(fixture.answers))
        _ = try await fixture.wanted(fixture.store(client))
        await client.close()
        fixture.elapsed.withLock { $0 = 40 * 86_400 }
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.wanted(fixture.store(nil)) }
        #expect(error?.description.contains("expired since") == true, "\(String(describing: error))")
    }

    @Test("is asked for again when it is older than the rule says, and used all the same when nobody answers")
    func age() async throws {
        let upstream = try UpstreamServer(fixture.answers)
        let client = try fixture.client(upstream)
        _ = try await fixture.wanted(fixture.store(client, maximumAge: 3_600))
        fixture.elapsed.withLock { $0 = 3_000 }
        _ = try await fixture.wanted(fixture.store(client, maximumAge: 3_600))
        #expect(upstream.requests.count == 4)
        fixture.elapsed.withLock { $0 = 4_000 }
        _ = try await fixture.wanted(fixture.store(client, maximumAge: 3_600))
        #expect(upstream.requests.count == 8, "\(upstream.requests)")
        upstream.stop()
        fixture.elapsed.withLock { $0 = 8_000 }
        #expect(try await fixture.wanted(fixture.store(client, maximumAge: 3_600)) == fixture.collateral)
        await client.close()
    }

    @Test("is fetched once, however many ask at the same time")
    func singleFlight() async throws {
        var answers = fixture.answers
        for key in answers.keys { answers[key]?.seconds = 0.2 }
        let upstream = try UpstreamServer(answers)
        let client = try fixture.client(upstream)
        try await withThrowingTaskGroup(of: Collateral.self) { group in
            for _ in 0..<12 { group.addTask { [fixture] in try await fixture.wanted(fixture.store(client)) } }
            for try await collateral in group { #expect(collateral == fixture.collateral) }
        }
        await client.close()
        #expect(upstream.requests.count == 4, "\(upstream.requests)")
    }

    @Test("that was changed, signed by others or of another platform is refused and not kept")
    func forged() async throws {
        let other = try ServiceFixture()
        let changes: [(String, UpstreamServer.Answer?)] = [
            (
                ServiceFixture.identityPath,
                fixture.answers[ServiceFixture.identityPath].map { answer in
                    var answer = answer
                    answer.body = Array(
                        String(decoding: answer.body, as: UTF8.self).replacing("\"isvprodid\":1", with: "\"isvprodid\":2").utf8)
                    return answer
                }
            ),
            (ServiceFixture.identityPath, other.answers[ServiceFixture.identityPath]),
            (ServiceFixture.rootCRLPath, other.answers[ServiceFixture.rootCRLPath]),
            (ServiceFixture.rootCRLPath, .init(body: Array("no list".utf8))),
            (ServiceFixture.identityPath, .init(body: fixture.answers[ServiceFixture.identityPath]?.body ?? [])),
        ]
        for (path, answer) in changes {
            try? FileManager.default.removeItem(atPath: fixture.cache.directory)
            var answers = fixture.answers
            answers[path] = answer
            let client = try fixture.client(try UpstreamServer(answers))
            let request = CollateralRequest.identity(.quotingEnclave, .standard)
            await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(request) }
            await client.close()
            await #expect(throws: CollateralServiceError.self) { try await fixture.store(nil).item(request) }
        }
    }

    @Test("comes from the next endpoint when one is dead, lies or does not know the platform")
    func fallback() async throws {
        let empty = try UpstreamServer([:])
        let dead = try UpstreamServer([:])
        dead.stop()
        let lying = try UpstreamServer(try ServiceFixture().answers)
        let client = try fixture.client(dead, empty, lying, try UpstreamServer(fixture.answers))
        #expect(try await fixture.wanted(fixture.store(client)) == fixture.collateral)
        await client.close()
    }

    @Test("that nobody serves says so in the system's words")
    func unreachable() async throws {
        let dead = try UpstreamServer([:])
        dead.stop()
        let client = try fixture.client(dead)
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(.rootCRL) }
        await client.close()
        #expect(error?.description.contains(": Connection refused; check the address") == true, "\(String(describing: error))")
    }

    @Test(
        "that a service does not give says which, by whom and what to do",
        arguments: [
            (404, "does not know this platform"), (410, "retired"), (429, "too many requests"), (401, "subscription key"),
            (500, "in trouble itself"), (302, "not an answer"),
        ])
    func statuses(status: Int, words: String) async throws {
        let upstream = try UpstreamServer([ServiceFixture.tcbPath: .init(status: status, headers: ["Warning": "299 - \"hm\""])])
        let client = try fixture.client(upstream)
        let request = CollateralRequest.tcbInfo(.sgx, fmspc: ServiceFixture.fmspc, .standard)
        let error = await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(request) }
        await client.close()
        let text = try #require(error?.description)
        #expect(text.contains(words) && text.contains("status \(status)") && text.contains("127.0.0.1"), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test("never grows without bound: an endless answer is cut off")
    func endless() async throws {
        let huge = UpstreamServer.Answer(padding: 5 << 20)
        let client = try fixture.client(try UpstreamServer([ServiceFixture.rootCRLPath: huge, ServiceFixture.identityPath: huge]))
        await #expect(throws: CollateralServiceError.self) { try await fixture.store(client).item(.rootCRL) }
        await client.close()
    }

    @Test("is there for families that a service lists; what is no list is refused")
    func families() async throws {
        let path = "/sgx/certification/v4/fmspcs"
        let list = Array(#"[{"fmspc":"00906ED50000","platform":"E3"}]"#.utf8)
        let broken = try UpstreamServer([path: .init(body: Array("{}".utf8))])
        let sound = try UpstreamServer(["\(path)?platform=E3": .init(body: list)])
        let client = try fixture.client(broken, sound)
        #expect(try await client.families(platform: "E3") == list)
        await client.close()
        let alone = try fixture.client(broken)
        await #expect(throws: CollateralServiceError.self) { try await alone.families(platform: "E3") }
        await alone.close()
    }
}
