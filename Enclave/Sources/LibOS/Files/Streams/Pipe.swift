/// Bytes in kernel memory between those who write and those who read.
final class Pipe {
    static let pageSize = 4096
    static let defaultCapacity = 65536
    static let largest = 1 << 20
    /// As much of the kernel's memory as one pipe may take.
    private static let largestOfRoot = 16 << 20

    private(set) var capacity = Pipe.defaultCapacity
    private var ring = ByteRing()
    /// Lengths of what was written, in order; kept only while packets (O_DIRECT) are among it.
    private var segments: [Segment] = []
    private(set) var readers = 0
    private(set) var writers = 0
    /// Counts openings, so that a waiting `open` of a FIFO sees the other side come even when it goes again at once.
    private var readersEver: UInt64 = 0
    private(set) var writersEver: UInt64 = 0
    let readable = WaitQueue()
    let writable = WaitQueue()

    private struct Segment {
        var length: Int
        /// One read takes it, and what of it has no room is lost.
        let isPacket: Bool
    }

    init() {}

    var count: Int { ring.count }
    var isEmpty: Bool { ring.count == 0 && segments.isEmpty }

    /// Bytes that may still be written; each packet takes a page at least, as in Linux.
    var space: Int {
        let bytes = capacity - ring.count
        guard !segments.isEmpty else { return bytes }
        return segments.count >= capacity / Self.pageSize ? 0 : bytes
    }

    // MARK: Opening

    /// Opens a named pipe; waits for the other side unless O_NONBLOCK or O_RDWR.
    ///
    /// BLOCKS.
    func open(as node: Node, path: Bytes, flags: UInt32) throws(Errno) -> OpenFile {
        let mode = flags & OpenFlags.accessMode
        let reads = mode != OpenFlags.writeOnly
        let writes = mode != OpenFlags.readOnly
        if writes, !reads, flags & OpenFlags.nonBlocking != 0, readers == 0 { throw .ENXIO }
        let end = PipeEnd(self, reads: reads, writes: writes, node: node, path: path, flags: flags)
        sideChanged()
        guard reads != writes, flags & OpenFlags.nonBlocking == 0 else { return end }
        let seenReaders = readersEver
        let seenWriters = writersEver
        do throws(Errno) {
            while reads ? writers == 0 && writersEver == seenWriters : readers == 0 && readersEver == seenReaders {
                try block(on: [readable, writable], until: nil)
            }
        } catch {
            end.closed()
            throw error
        }
        return end
    }

    // MARK: Moving bytes; nothing here waits

    /// Takes out what there is for `data`, up to the end of a packet.
    func take(_ data: MessageData) throws(Errno) -> Int {
        let hadRoom = hasRoom
        var done = 0
        var isPacket = false
        while done < data.count, !isEmpty, !isPacket {
            let segment = segments.first
            isPacket = segment?.isPacket ?? false
            let n = min(data.count - done, segment?.length ?? ring.count)
            try ring.copyOut(skip: 0, n, to: data, at: done)
            remove(n, segment)
            done += n
        }
        if !hadRoom { writable.wakeAll(.writable) }
        return done
    }

    /// What of a packet was not read is lost.
    private func remove(_ n: Int, _ segment: Segment?) {
        guard let segment else { return ring.discard(n) }
        ring.discard(segment.isPacket ? segment.length : n)
        segments[0].length -= n
        if segment.isPacket || segments[0].length == 0 { segments.removeFirst() }
        if !segments.contains(where: { $0.isPacket }) { segments = [] }
    }

    /// The bytes at the front without taking them, up to the end of a packet.
    func copy(_ data: MessageData) throws(Errno) -> Int {
        let n = min(data.count, segments.first?.length ?? ring.count)
        try ring.copyOut(skip: 0, n, to: data, at: 0)
        return n
    }

    /// Puts bytes in that begin at `start`; there is room for them.
    func put(_ data: MessageData, from start: Int, _ n: Int, isPacket: Bool) throws(Errno) {
        try ring.reserve(n)
        try ring.stage(data, from: start, n)
        if isPacket || !segments.isEmpty { append(n, isPacket) }
        ring.commit(n)
        readable.wakeAll(.readable)
    }

    private func append(_ n: Int, _ isPacket: Bool) {
        if segments.isEmpty, ring.count > 0 { segments.append(Segment(length: ring.count, isPacket: false)) }
        if !isPacket, let last = segments.indices.last, !segments[last].isPacket {
            segments[last].length += n
        } else {
            segments.append(Segment(length: n, isPacket: isPacket))
        }
    }

    /// Whether a write of a page would not wait.
    var hasRoom: Bool { space >= Self.pageSize || isEmpty }

    /// Nobody has it open any more: a named pipe forgets what was in it.
    private func abandoned() {
        ring.clear()
        segments = []
        capacity = Self.defaultCapacity
    }

    func opened(reads: Bool, writes: Bool) {
        if reads {
            readers += 1
            readersEver += 1
        }
        if writes {
            writers += 1
            writersEver += 1
        }
    }

    func closed(reads: Bool, writes: Bool) {
        if reads { readers -= 1 }
        if writes { writers -= 1 }
        if readers == 0, writers == 0 { abandoned() }
        sideChanged()
    }

    /// One side came or went.
    private func sideChanged() {
        readable.wakeAll()
        writable.wakeAll()
    }

    /// F_SETPIPE_SZ: a power of two of at least a page; beyond the limit only for root.
    func resize(_ wanted: UInt32) throws(Errno) -> Int {
        guard wanted <= 1 << 31 else { throw .EINVAL }
        var size = Self.pageSize
        while size < Int(wanted) { size *= 2 }
        if size > capacity, size > (currentThread.process.euid == 0 ? Self.largestOfRoot : Self.largest) { throw .EPERM }
        guard size >= ring.count, size / Self.pageSize >= segments.count else { throw .EBUSY }
        capacity = size
        if hasRoom { writable.wakeAll(.writable) }
        return size
    }
}
