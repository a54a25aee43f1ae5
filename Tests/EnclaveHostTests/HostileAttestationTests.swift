import EnclaveCrypto
import Foundation
import Synchronization
import Testing
import Wire

@testable import EnclaveHost

/// A host that asks for evidence with bytes of its own choice, and wants the enclave to vouch for them.
@Suite(.serialized) struct HostileAttestationTests {
    /// What an RA-TLS peer would look for in a quote: the hash of a public key, and zeros.
    private static let key = [UInt8](repeating: 0xab, count: 32) + [UInt8](repeating: 0, count: 32)

    /// Runs `sum` while every call says that something is asked; the reports that came of it.
    private func reports(allowed: Bool, question: [UInt8], length: Int64? = nil) throws -> [[UInt8]] {
        let host = try HostileHost(["sum", "/data"]) {
            $0.attestFromHost = allowed
            $0.hostSignals = 0
        }
        let given = Mutex<[[UInt8]]>([])
        host.tamper = { call, view, result in
            view.store(signalsWait: true)
            switch call {
            case .takeAttestation:
                view.data.copyMemory(from: question, byteCount: question.count)
                return length ?? Int64(question.count)
            case .giveAttestation:
                given.withLock { $0.append(view.bytes(view.length(0))) }
                return 0
            default: return result
            }
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == HostileTree.shared.get().sum)
        return given.withLock { $0 }
    }

    @Test("The report is over a hash of what was asked with, so that it never vouches for a key of the asker") func impersonation()
        throws
    {
        let reports = try reports(allowed: true, question: [UInt8](repeating: 0, count: 512) + Self.key)
        #expect(!reports.isEmpty)
        for report in reports {
            #expect(report.count == 432)
            let data = Array(report[320..<384])
            #expect(data == SHA512.hash(Array("inclavare host attest v1\0".utf8) + Self.key))
            #expect(data != Self.key && !data[32...].allSatisfy { $0 == 0 })
        }
    }

    @Test("Where the manifest does not let the host ask, the enclave does not even look") func forbidden() throws {
        #expect(try reports(allowed: false, question: [UInt8](repeating: 0, count: 512) + Self.key).isEmpty)
    }

    @Test("A question of a length that none has is no question", arguments: [-1, 0, 511, 512 + 1025, .max, .min] as [Int64])
    func lengths(length: Int64) throws {
        #expect(try reports(allowed: true, question: [UInt8](repeating: 0, count: 576), length: length).isEmpty)
    }

    @Test("A target with something in reserved fields, which a processor may fault on, gets no report") func badTarget() throws {
        let reports = try reports(allowed: true, question: [UInt8](repeating: 0xff, count: 512) + Self.key)
        #expect(!reports.isEmpty && reports.allSatisfy(\.isEmpty))
    }
}
