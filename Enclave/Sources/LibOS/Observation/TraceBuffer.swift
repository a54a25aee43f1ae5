import EnclaveRuntime
import Wire

/// Records that the host has not been told yet; under the kernel lock.
///
/// They wait for a moment at which the lock may be given up: a thread that is about to block must not, since it would miss its wake-up.
enum TraceBuffer {
    nonisolated(unsafe) private static var waiting: Bytes = []
    nonisolated(unsafe) private static var lost: UInt64 = 0

    static func append(_ record: TraceRecord) {
        var writer = ByteWriter()
        record.encode(into: &writer)
        guard waiting.count + writer.bytes.count <= CallFrame.dataLength else {
            lost += 1
            return
        }
        waiting += writer.bytes
    }

    /// Sends them; the lock is given up meanwhile.
    ///
    /// BLOCKS.
    static func send(idle: Bool) {
        guard !waiting.isEmpty else { return }
        let records = waiting
        let dropped = lost
        waiting = []
        lost = 0
        KernelLock.release()
        let area = HostCallArea()
        area.write(records)
        _ = area.call(.trace, UInt64(records.count), dropped, idle: idle)
        KernelLock.acquire()
    }
}
