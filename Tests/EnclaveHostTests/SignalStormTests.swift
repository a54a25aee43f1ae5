import EnclaveTestSupport
import Foundation
import Glibc
import Synchronization
import Testing
import Wire

/// Four busy threads whose every register counts, and a signal every 100 µs on every host thread.
@Suite(.serialized) struct SignalStormTests {
    private static let seconds = "3"

    private func run(_ vcpus: UInt32, _ meddle: @escaping HostileHost.Meddling = { _, _, _ in false }) throws -> String {
        let host = try HostileHost(["threads", Self.seconds] + HostileTree.shared.get().reference, vcpus: vcpus)
        #expect(try host.boot() == 0)
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 100) }
        host.meddle = meddle
        try host.run()
        let text = try host.outputText
        print("\(host.interruptions) interruptions in \(Self.seconds) s: \(text)", terminator: "")
        #expect(host.interruptions > 1000)
        return text
    }

    @Test("Signals at 10 kHz into a busy four-thread enclave for three seconds: zero wrong results")
    func resumed() throws { #expect(try run(5).hasPrefix("wrong 0 blocks ")) }

    @Test("The same with fewer vCPUs than threads, each interruption told to the enclave, which lets another thread go on")
    func preempted() throws {
        let text = try run(2) { entry, vcpu, moment in
            guard case .interrupted(SIGUSR2) = moment else { return false }
            _ = entry.settled(entry.enter(.exception, area: 0))
            return true
        }
        #expect(text.hasPrefix("wrong 0 blocks "))
        #expect(text.hasSuffix("idle 0\n"))
    }
}
