import CEnclave
import EnclaveRuntime
import Wire

/// The big kernel lock: held by a vCPU while it runs kernel code, given up in host calls and while a thread is blocked.
///
/// It is never held while waiting for anything but itself.
enum KernelLock {
    static func acquire() {
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

    static func release() { kernel_lock_release() }
}

/// Gives the lock up around work on private memory, such as hashing a chunk.
func unlocked<R>(_ body: () -> R) -> R {
    KernelLock.release()
    defer { KernelLock.acquire() }
    return body()
}
