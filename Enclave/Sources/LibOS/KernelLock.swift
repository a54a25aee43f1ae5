import CEnclave
import EnclaveRuntime
import Wire

/// The big kernel lock: held by a vCPU while it runs kernel code, given up in host calls and while a thread is blocked.
///
/// It is never held while waiting for anything but itself, but for one case: `kept`.
enum KernelLock {
    @inline(__always)
    static func acquire() {
        if kernel_lock_try() == 0 { wait() }
    }

    @inline(never)
    private static func wait() {
        // A vCPU that keeps the lock finds it taken.
        if isKept { return }
        var spins = 0
        while kernel_lock_try() == 0 {
            cpu_relax()
            spins += 1
            if spins == 4000 {
                // The holder's host thread is probably not running: let the host run it.
                spins = 0
                _ = HostCallArea().call(.park, 1)
            }
        }
    }

    @inline(__always)
    static func release() {
        if keeper == nobody || !isKept { kernel_lock_release() }
    }

    // MARK: Keeping it

    private static let nobody = UInt32.max
    /// The vCPU that keeps the lock in its host calls; others only compare it with themselves.
    nonisolated(unsafe) private static var keeper = nobody

    private static var isKept: Bool { keeper != nobody && keeper == kernel.vcpuIndex() }

    /// Fetches verified bytes without giving the lock up: for kernel code that copies from a page of a file that was never touched, in the
    /// middle of something others must not see half done.
    ///
    /// The host can make the others wait by it, as it can by not running them; what it answers is checked as always. The body must not
    /// wait for anything else.
    static func kept<R, Failure: Error>(_ body: () throws(Failure) -> R) throws(Failure) -> R {
        let outer = keeper
        keeper = kernel.vcpuIndex()
        defer { keeper = outer }
        return try body()
    }
}

/// Gives the lock up around work on private memory, such as hashing a chunk.
func unlocked<R>(_ body: () -> R) -> R {
    KernelLock.release()
    defer { KernelLock.acquire() }
    return body()
}
