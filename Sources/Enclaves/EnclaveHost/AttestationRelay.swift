import Glibc
import Synchronization
import Wire

/// What is asked of the enclave from outside, on its way in and the answer on its way out: one question at a time.
final class AttestationRelay: Sendable {
    private enum Stage {
        case idle
        case asked([UInt8])
        case taken
        case answered([UInt8])
    }

    private let stage = Mutex(Stage.idle)
    /// Read before each entry, so without the lock.
    private let waiting = Atomic<Bool>(false)

    var isWaiting: Bool { waiting.load(ordering: .acquiring) }

    /// `false`: another question is under way.
    func ask(targetInfo: [UInt8], nonce: [UInt8]) -> Bool {
        stage.withLock { stage in
            guard case .idle = stage else { return false }
            stage = .asked(targetInfo + nonce)
            waiting.store(true, ordering: .releasing)
            return true
        }
    }

    /// The answer, once; `nil` while there is none.
    func takeAnswer() -> [UInt8]? {
        stage.withLock { stage in
            guard case .answered(let report) = stage else { return nil }
            stage = .idle
            return report
        }
    }

    /// Nobody waits for the answer any more: one that still comes is for nobody.
    func forget() {
        stage.withLock { stage in
            stage = .idle
            waiting.store(false, ordering: .releasing)
        }
    }

    func take(_ call: CallView) -> Int64 {
        stage.withLock { stage in
            guard case .asked(let question) = stage else { return 0 }
            stage = .taken
            waiting.store(false, ordering: .releasing)
            return call.answer(question)
        }
    }

    func give(_ call: CallView) -> Int64 {
        stage.withLock { stage in
            guard case .taken = stage else { return -Int64(EINVAL) }
            stage = .answered(call.bytes(call.length(0)))
            return 0
        }
    }
}
