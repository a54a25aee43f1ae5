/// membarrier: every thread of the process that computes on another vCPU passes through the kernel, whose lock is a full barrier.
///
/// Only a passage proves it: what the host says of interruptions does not. SYNC_CORE is not offered, as on kernels whose way back to a
/// program serialises nothing: ours is a jump. Neither is what needs restartable sequences.
enum MemoryBarrier {
    static func call(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 & 0xffff_ffff == 0 else { throw .EINVAL }
        let process = thread.process
        switch Int32(truncatingIfNeeded: call.a0) {
        case query: return Int64(offered)
        // Of the one process there is, these are the same threads.
        case global, globalExpedited: pass(thread)
        case privateExpedited:
            guard process.attributes.barriers & registerPrivate != 0 else { throw .EPERM }
            pass(thread)
        case registerGlobal: process.attributes.barriers |= registerGlobal
        case registerPrivate: process.attributes.barriers |= registerPrivate
        case registrations: return Int64(process.attributes.barriers)
        default: throw .EINVAL
        }
        return 0
    }

    private static let query: Int32 = 0
    private static let global: Int32 = 1
    private static let globalExpedited: Int32 = 2
    private static let registerGlobal: Int32 = 4
    private static let privateExpedited: Int32 = 8
    private static let registerPrivate: Int32 = 16
    private static let registrations: Int32 = 512
    private static let offered =
        global | globalExpedited | registerGlobal | privateExpedited | registerPrivate | registrations

    /// How long an interruption may take before it counts as lost: one that finds kernel code is.
    private static let patience: UInt64 = 1_000_000

    /// Returns when every other thread of the process that was in program code has been in the kernel since.
    private static func pass(_ thread: Thread) {
        let process = thread.process
        guard process.threads.count > 1 else { return }
        // Those that are in the kernel already had the lock, or get it after us.
        let computing = Scheduler.computing(of: process)
        for other in computing { other.owesBarrier = true }
        while computing.contains(where: { $0.owesBarrier }) {
            for other in computing where other.owesBarrier { other.attend() }
            waitUninterrupted(on: process.barrierPassed, for: patience)
        }
    }
}

extension Thread {
    /// It is in the kernel and has its lock: whoever waits for a barrier of it has one.
    func passBarrier() {
        owesBarrier = false
        process.barrierPassed.wakeAll()
    }
}
