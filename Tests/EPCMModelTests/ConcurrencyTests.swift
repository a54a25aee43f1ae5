import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import SoftSGX
import Synchronization
import Testing

private func ignore(_: Int32, _: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) {}

extension EPCMTests {
    /// Threads inside and the driver outside change the same few pages at once, interrupted by signals.
    @Suite(.serialized) struct ConcurrencyTests {
        private static let threads = 4
        private static let shared = Layout.empty.lowerBound..<Layout.empty.lowerBound + 6

        private var seconds: Double { getenv("INCLAVARE_LONG_TESTS") == nil ? 3 : 30 }

        @Test(arguments: [true, false])
        func everyPageLivesOneLifeAtATime(patched: Bool) throws {
            let storm = try Storm(patched: patched, pages: Self.shared)
            try SignalHandling.handle(SIGUSR1, ignore)
            let end = Date(timeIntervalSinceNow: seconds)
            let group = DispatchGroup()
            for number in 0..<Self.threads {
                group.enter()
                Thread.detachNewThread {
                    storm.inside(number, until: end)
                    group.leave()
                }
            }
            group.enter()
            Thread.detachNewThread {
                storm.driver(until: end)
                group.leave()
            }
            #expect(group.wait(timeout: .now() + seconds + 60) == .success, "somebody waits for a page that is never given back")
            let lives = zip(Self.shared, storm.lives)
            print("storm, patched \(patched): \(storm.steps.load(ordering: .relaxed)) steps")
            for (page, life) in lives { #expect(life.fault == nil, "page \(page): \(life.fault ?? "")") }
            #expect(storm.unlawful.withLock { $0 } == [])
            for page in Self.shared { #expect(storm.settle(page) == [], "page \(page) is not as new after its removal") }
        }
    }
}
