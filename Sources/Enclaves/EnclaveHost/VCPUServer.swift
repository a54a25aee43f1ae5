import CLinux
import Glibc
import Linux
import Synchronization

/// Parking and waking of vCPUs, and which of them have a host thread.
final class VCPUServer: Sendable {
    private let words: Mapping
    private let count: Int
    private let watch: EventWatch
    private struct State {
        var running: Set<Int> = []
        /// Most that had a thread at one time.
        var most = 0
        /// Kernel thread ids, to end a blocking call when the program has ended.
        var threads: [Int: Int32] = [:]
        /// Those that wait here for a wake-up or for events.
        var waiting: [Bool]
    }
    private let state: Mutex<State>

    init(count: Int, watch: EventWatch) throws(SystemCallError) {
        self.count = count
        self.watch = watch
        state = Mutex(State(waiting: [Bool](repeating: false, count: count)))
        words = try Mapping(bytes: UInt64(count * 64))
    }

    /// 64 bytes apart: neighbours do not share a cache line.
    private func word(_ vcpu: Int) -> UnsafeMutablePointer<UInt32> {
        (words.pointer + vcpu * 64).assumingMemoryBound(to: UInt32.self)
    }

    func park(_ vcpu: Int, _ call: CallView) -> Int64 {
        waiting(vcpu) { cl_park(word(vcpu), call.argument(0)) }
        return 0
    }

    /// Waits for the sockets and streams of the enclave, as well as for `wake`.
    func awaitEvents(_ vcpu: Int, _ call: CallView) -> Int64 {
        if call.argument(0) == 0 { return watch.await(vcpu, word: word(vcpu), call) }
        return waiting(vcpu) { watch.await(vcpu, word: word(vcpu), call) }
    }

    private func waiting<R>(_ vcpu: Int, _ body: () -> R) -> R {
        state.withLock { $0.waiting[vcpu] = true }
        defer { state.withLock { $0.waiting[vcpu] = false } }
        return body()
    }

    func wake(_ call: CallView) -> Int64 {
        guard let vcpu = Int(exactly: call.argument(0)), vcpu < count else { return -Int64(EINVAL) }
        cl_unpark(word(vcpu))
        watch.ring(vcpu)
        return 0
    }

    func wakeAll() {
        for vcpu in 0..<count { cl_unpark(word(vcpu)) }
        watch.ring()
    }

    /// Whether the vCPU named by the call is there and had no thread; it counts as running from here on.
    func claim(_ call: CallView) -> Result<Int, SystemCallError> {
        guard let vcpu = Int(exactly: call.argument(0)), vcpu < count else {
            return .failure(SystemCallError(EINVAL, "start a vCPU"))
        }
        return claim(vcpu) ? .success(vcpu) : .failure(SystemCallError(EBUSY, "start a vCPU"))
    }

    func claim(_ vcpu: Int) -> Bool {
        state.withLock { state in
            defer { state.most = max(state.most, state.running.count) }
            return state.running.insert(vcpu).inserted
        }
    }

    var most: Int { state.withLock { $0.most } }

    func entered(_ vcpu: Int, thread: Int32) { state.withLock { $0.threads[vcpu] = thread } }

    func left(_ vcpu: Int) {
        state.withLock { state in
            state.running.remove(vcpu)
            state.threads[vcpu] = nil
        }
    }

    /// Ends the system calls that vCPU threads may block in; the caller repeats it until the one it waits for has left.
    func interrupt(_ vcpu: Int, with signal: Int32) {
        state.withLock { state in
            if let thread = state.threads[vcpu] { _ = cl_signal_thread(thread, signal) }
        }
    }

    func interruptAll(with signal: Int32) {
        state.withLock { state in
            for thread in state.threads.values { _ = cl_signal_thread(thread, signal) }
        }
    }

    /// Interrupts those that may be computing: one that waits would only look around and wait again.
    func interruptComputing(with signal: Int32) {
        state.withLock { state in
            for (vcpu, thread) in state.threads where !state.waiting[vcpu] { _ = cl_signal_thread(thread, signal) }
        }
    }

    func isRunning(_ vcpu: Int) -> Bool { state.withLock { $0.running.contains(vcpu) } }
}
