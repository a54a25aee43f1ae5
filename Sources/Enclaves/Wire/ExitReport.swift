/// How the program ended and what it took, in counters; sent with `HostCall.exited`.
public struct ExitReport: Equatable, Sendable {
    /// The exit status (0…255) or, when `signal` is not 0, the signal that ended it.
    public var status: UInt32 = 0
    public var signal: UInt32 = 0
    /// System calls that came through a rewritten site.
    public var rewrittenCalls: UInt64 = 0
    /// System calls that came as an exception.
    public var trappedCalls: UInt64 = 0
    /// System calls answered with ENOSYS because the LibOS does not have them.
    public var unknownCalls: UInt64 = 0
    public var cpuidExceptions: UInt64 = 0
    public var threadsStarted: UInt64 = 0
    public var contextSwitches: UInt64 = 0
    /// Bytes of files and of the index that were fetched and verified.
    public var fileBytesVerified: UInt64 = 0
    public var indexBytesVerified: UInt64 = 0
    public var peakUserPages: UInt64 = 0
    public var peakKernelBytes: UInt64 = 0
    /// Bytes verified up to the program's first instruction.
    public var fileBytesBeforeStart: UInt64 = 0
    public var indexBytesBeforeStart: UInt64 = 0
    /// Most pages held at one time, of the program and of the LibOS; with fixed memory: all of them, always.
    public var peakHeldPages: UInt64 = 0
    /// Pages accepted (EACCEPT) and given back while running, with dynamic memory.
    public var acceptedPages: UInt64 = 0
    public var returnedPages: UInt64 = 0
    /// Most threads alive at one time.
    public var peakThreads: UInt64 = 0
    /// Calls of the host that were made without an exit.
    public var exitlessCalls: UInt64 = 0
    /// What each call that was made cost; empty unless the run was profiled.
    public var calls: [CallStatistics] = []

    public init() {}

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.u32(status)
        writer.u32(signal)
        for value in [
            rewrittenCalls, trappedCalls, unknownCalls, cpuidExceptions, threadsStarted, contextSwitches, fileBytesVerified,
            indexBytesVerified, peakUserPages, peakKernelBytes, fileBytesBeforeStart, indexBytesBeforeStart, peakHeldPages,
            acceptedPages, returnedPages, peakThreads,
        ] { writer.u64(value) }
        writer.u16(UInt16(truncatingIfNeeded: calls.count))
        for call in calls { call.encode(into: &writer) }
        writer.u64(exitlessCalls)
        for call in calls { writer.u64(call.exitlessCalls) }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        status = try reader.u32()
        signal = try reader.u32()
        rewrittenCalls = try reader.u64()
        trappedCalls = try reader.u64()
        unknownCalls = try reader.u64()
        cpuidExceptions = try reader.u64()
        threadsStarted = try reader.u64()
        contextSwitches = try reader.u64()
        fileBytesVerified = try reader.u64()
        indexBytesVerified = try reader.u64()
        peakUserPages = try reader.u64()
        peakKernelBytes = try reader.u64()
        fileBytesBeforeStart = try reader.u64()
        indexBytesBeforeStart = try reader.u64()
        // Enclaves built before there was dynamic memory end here.
        guard reader.remaining > 0 else { return }
        peakHeldPages = try reader.u64()
        acceptedPages = try reader.u64()
        returnedPages = try reader.u64()
        // And those before there were profiles here.
        guard reader.remaining > 0 else { return }
        peakThreads = try reader.u64()
        let count = try reader.u16()
        guard count <= 512 else { throw .tooLong }
        for _ in 0..<count { calls.append(try CallStatistics(from: &reader)) }
        // And those before there were calls without exits here.
        guard reader.remaining > 0 else { return }
        exitlessCalls = try reader.u64()
        for index in calls.indices { calls[index].exitlessCalls = try reader.u64() }
    }
}
