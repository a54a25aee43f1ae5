import Foundation
import Testing
import Wire

@testable import EnclaveHost

/// A host that says at every instant that signals wait, and that all of them came.
@Suite(.serialized) struct HostileSignalTests {
    private static func bit(_ signal: Int32) -> UInt64 { 1 << UInt64(signal - 1) }

    /// Runs `sum` with a manifest that lets these signals through; `answer` is the result of taking them.
    private func host(_ allowed: UInt64, answer: Int64 = 16) throws -> HostileHost {
        let host = try HostileHost(["sum", "/data"]) { $0.hostSignals = allowed }
        host.tamper = { call, view, result in
            view.store(signalsWait: true)
            guard call == .takeSignals else { return result }
            view.data.storeBytes(of: UInt64.max, as: UInt64.self)
            view.data.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            return answer
        }
        return host
    }

    @Test("Of all signals only the listed ones arrive: the window's size changed, which nobody minds") func listed() throws {
        let host = try host(Self.bit(SIGWINCH))
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == HostileTree.shared.get().sum)
        #expect(host.report?.signal == 0)
    }

    @Test("One that ends programs ends it, as a signal does") func ending() throws {
        let host = try host(Self.bit(SIGTERM))
        #expect(try host.boot() == 0)
        try host.run()
        #expect(host.report?.signal == UInt32(SIGTERM))
    }

    @Test("Where none are listed the host is not even asked") func none() throws {
        let host = try host(0)
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == HostileTree.shared.get().sum)
    }

    @Test("An answer of any other length is none", arguments: [0, 8, 17, -4, .max, .min] as [Int64]) func lengths(answer: Int64)
        throws
    {
        let host = try host(Self.bit(SIGTERM), answer: answer)
        #expect(try host.boot() == 0)
        try host.run()
        #expect(host.report?.signal == 0)
    }
}
