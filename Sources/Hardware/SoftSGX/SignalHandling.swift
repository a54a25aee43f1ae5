import CSoftSGX
import Linux

/// The only way a program with enclaves takes an asynchronous signal: its handler runs on the alternate stack with the host's FS
/// and GS and every signal blocked, after an asynchronous exit where the enclave was running.
package enum SignalHandling {
    package typealias Handler = @convention(c) (Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void

    package static func handle(_ signal: Int32, _ handler: @escaping Handler, restarting: Bool = true) throws(SystemCallError) {
        let result = softsgx_handle_signal(signal, handler, restarting ? 1 : 0)
        guard result == 0 else { throw SystemCallError(result, "handle signal \(signal)") }
    }

    /// From such a handler, with its third argument: the enclave entry under way on this thread comes back instead of resuming, with
    /// the vector SOFTSGX_INTERRUPTED.
    package static func interruptEntry(_ context: UnsafeMutableRawPointer?) {
        if let context { softsgx_interrupt(context) }
    }
}
