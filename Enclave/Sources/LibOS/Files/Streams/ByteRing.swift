/// Bytes in kernel memory, first in first out; its memory grows with what is in it and goes when little is left.
///
/// Bytes are staged behind the last one and count only once they are committed: a copy that fails changes nothing.
struct ByteRing: ~Copyable {
    private static let smallest = 4096
    /// What an empty ring may keep.
    private static let kept = 65536

    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0
    private var head = 0
    private(set) var count = 0

    init() {}

    deinit { if let bytes { StreamMemory.free(bytes, capacity) } }

    // MARK: Putting

    /// Makes room for `n` more; ENOBUFS when the kernel has no memory for them.
    mutating func reserve(_ n: Int) throws(Errno) {
        guard count + n > capacity else { return }
        var size = max(capacity, Self.smallest)
        while size < count + n { size *= 2 }
        let fresh = try StreamMemory.allocate(size)
        if let bytes {
            let first = min(count, capacity - head)
            fresh.copyMemory(from: bytes + head, byteCount: first)
            (fresh + first).copyMemory(from: bytes, byteCount: count - first)
            StreamMemory.free(bytes, capacity)
        }
        bytes = fresh
        capacity = size
        head = 0
    }

    /// Copies into the room that was made for them; they are not there before `commit`.
    func stage(_ data: MessageData, from start: Int, _ n: Int) throws(Errno) {
        guard let bytes, n > 0 else { return }
        let tail = (head + count) % capacity
        let first = min(n, capacity - tail)
        try data.copyIn(bytes + tail, first, at: start)
        if first < n { try data.copyIn(bytes, n - first, at: start + first) }
    }

    mutating func commit(_ n: Int) { count += n }

    // MARK: Taking

    /// Copies `n` bytes that stand `skip` behind the oldest one; they stay.
    func copyOut(skip: Int, _ n: Int, to data: MessageData, at place: Int) throws(Errno) {
        guard let bytes, n > 0 else { return }
        let start = (head + skip) % capacity
        let first = min(n, capacity - start)
        try data.copyOut(bytes + start, first, at: place)
        if first < n { try data.copyOut(bytes, n - first, at: place + first) }
    }

    mutating func discard(_ n: Int) {
        guard capacity > 0 else { return }
        count -= n
        head = (head + n) % capacity
        guard count == 0 else { return }
        head = 0
        if capacity > Self.kept { clear() }
    }

    mutating func clear() {
        if let bytes { StreamMemory.free(bytes, capacity) }
        bytes = nil
        capacity = 0
        head = 0
        count = 0
    }
}
