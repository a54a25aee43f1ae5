import CSoftSGX
import Foundation
import SoftSGX
import Synchronization

/// A second thread that enters an enclave and stays inside until it is told to leave.
final class StayingThread: @unchecked Sendable {
    /// Set as the vector where the entry has not come back.
    static let stays: UInt16 = 0xfffe

    private let wanted = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    /// The enclave's word that it is inside, eight bytes on the host's that it shall leave.
    private let mailbox = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: 2)
    private var enclave: SoftEnclave?
    private var entry = softsgx_entry()
    private var isInside = false

    init() {
        for index in 0..<2 { (mailbox + index).initialize(to: Atomic(0)) }
        Thread.detachNewThread { [self] in
            // Nothing of the enclave is held when the other thread goes on.
            while serve() { finished.signal() }
        }
    }

    deinit { mailbox.deallocate() }

    /// False when there is nothing more to do.
    private func serve() -> Bool {
        wanted.wait()
        guard let enclave else { return false }
        enterOnce(enclave)
        self.enclave = nil
        return true
    }

    private func enterOnce(_ enclave: SoftEnclave) {
        guard let thread = try? enclave.attach() else {
            entry.vector = .max
            return
        }
        thread.enter(&entry)
    }

    /// Gives the entry back when it was refused; with `stays` as its vector when the thread is inside.
    func enter(_ enclave: SoftEnclave, _ prepared: softsgx_entry) -> softsgx_entry {
        if isInside { _ = leave() }
        for index in 0..<2 { mailbox[index].store(0, ordering: .relaxed) }
        entry = prepared
        entry.rsi = UInt64(UInt(bitPattern: mailbox))
        self.enclave = enclave
        wanted.signal()
        var result = entry
        while true {
            if mailbox[0].load(ordering: .acquiring) != 0 {
                isInside = true
                (result.vector, result.function) = (StayingThread.stays, UInt32(SOFTSGX_EENTER))
                return result
            }
            if finished.wait(timeout: .now() + .microseconds(20)) == .success {
                return entry
            }
        }
    }

    /// Nil when nobody was inside.
    func leave() -> softsgx_entry? {
        guard isInside else { return nil }
        mailbox[1].store(1, ordering: .releasing)
        finished.wait()
        isInside = false
        return entry
    }

    /// Ends the thread.
    func stop() {
        enclave = nil
        wanted.signal()
    }
}
