import Foundation
import Glibc
import Synchronization
import Wire

@testable import EnclaveHost

/// A thread that changes an answer while the enclave reads it: a value that is read twice is two values.
final class RacingBytes: Sendable {
    private let number = Atomic<Int>(0)
    private let done = Mutex<DispatchGroup?>(nil)

    /// Begins, until `stop`.
    func start(_ call: CallView) {
        stop()
        let own = number.add(1, ordering: .sequentiallyConsistent).newValue
        let group = DispatchGroup()
        done.withLock { $0 = group }
        nonisolated(unsafe) let call = call
        let result = call.head.load(fromByteOffset: CallFrame.resultOffset, as: Int64.self)
        group.enter()
        Thread.detachNewThread { [self] in
            var random = RandomBits(seed: UInt64(own))
            while number.load(ordering: .sequentiallyConsistent) == own {
                let bits = random.next()
                call.store(result: bits & 1 == 0 ? result : Int64(bitPattern: bits))
                for at in 0..<16 { call.data.storeBytes(of: bits &* UInt64(at + 1), toByteOffset: at * 8, as: UInt64.self) }
            }
            group.leave()
        }
    }

    func stop() {
        number.add(1, ordering: .sequentiallyConsistent)
        done.withLock { group in
            group?.wait()
            group = nil
        }
    }
}
