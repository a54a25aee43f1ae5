import EnclaveRuntime

/// Bytes a program sent on a corked socket, or with MSG_MORE, which the host has not been given yet.
final class GatheredBytes {
    /// A head and a small page; what is more goes out.
    static let limit = 16384
    /// A frame of Ethernet, which Linux sends at once when it is full.
    private static let frame = 1448
    /// How long Linux holds a frame that is not full.
    private static let patience: UInt64 = 200_000_000

    private let memory = KernelBuffer(count: limit)
    private(set) var count = 0
    private let since = Clock.monotonic()
    /// The host had no room for them: they go out when it has.
    var areHeldUp = false

    init() {}

    var room: Int { Self.limit - count }

    /// When they go out though the program does not say so.
    var due: UInt64 { count >= Self.frame ? since : since &+ Self.patience }

    func append(_ data: MessageData) throws(Errno) {
        try data.copyIn(memory.bytes + count, data.count, at: 0)
        count += data.count
    }

    /// The first ones are at the host.
    func drop(_ n: Int) {
        let gone = min(n, count)
        memory.bytes.copyMemory(from: memory.bytes + gone, byteCount: count - gone)
        count -= gone
    }

    func copy(to area: HostCallArea, at start: Int) { area.write(memory.bytes, count: count, at: start) }

    /// With `n` bytes of a message behind them.
    ///
    /// What leaves is whole words at places of whole words: the one where both meet is put together before.
    func copy(to area: HostCallArea, at start: Int, before data: MessageData, _ n: Int, from offset: Int) throws(Errno) {
        let whole = count & ~7
        let rest = count - whole
        let first = rest == 0 ? 0 : min(8 - rest, n)
        let seam = KernelBuffer(count: 8)
        seam.bytes.copyMemory(from: memory.bytes + whole, byteCount: rest)
        try data.copyIn(seam.bytes + rest, first, at: offset)
        // The message first: bringing its pages may use the call area.
        if n > first { try data.copy(to: area, at: start + whole + (rest == 0 ? 0 : 8), n - first, from: offset + first) }
        area.write(memory.bytes, count: whole, at: start)
        area.write(seam.bytes, count: rest + first, at: start + whole)
    }
}
