/// A ring of bytes in kernel memory between those who write and those who read.
final class Pipe {
    static let pageSize = 4096
    static let defaultCapacity = 65536
    static let largest = 1 << 20

    private(set) var capacity = Pipe.defaultCapacity
    private var bytes: UnsafeMutableRawPointer?
    private var head = 0
    private(set) var count = 0
    var readers = 0
    var writers = 0
    /// Counts openings, so that a waiting `open` of a FIFO sees the other side come even when it goes again at once.
    private var readersEver: UInt64 = 0
    private var writersEver: UInt64 = 0
    /// Everything that may make either side look again.
    let readable = WaitQueue()
    let writable = WaitQueue()
    var generation: UInt64 = 0

    init() {}

    deinit { bytes?.deallocate() }

    var space: Int { capacity - count }

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
        if reads { readersEver += 1 }
        if writes { writersEver += 1 }
        moved()
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

    // MARK: Moving bytes; neither waits

    func take(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard let bytes else { return 0 }
        let total = min(buffer.count, count)
        var done = 0
        while done < total {
            let part = min(total - done, capacity - head)
            try buffer.copyOut(bytes + head, part, at: done)
            head = (head + part) % capacity
            count -= part
            done += part
        }
        if count == 0 { head = 0 }
        if done > 0 { moved() }
        return done
    }

    func put(_ buffer: IOBuffer, from start: Int, most: Int) throws(Errno) -> Int {
        let bytes = self.bytes ?? .allocate(byteCount: capacity, alignment: 64)
        self.bytes = bytes
        let total = min(most, space)
        var done = 0
        while done < total {
            let tail = (head + count) % capacity
            let part = min(total - done, capacity - tail)
            try buffer.copyIn(bytes + tail, part, at: start + done)
            count += part
            done += part
        }
        if done > 0 { moved() }
        return done
    }

    /// Nobody has it open any more: a named pipe forgets what was in it.
    func abandoned() {
        bytes?.deallocate()
        bytes = nil
        head = 0
        count = 0
        capacity = Self.defaultCapacity
    }

    /// Something changed that either side may wait for.
    func moved() {
        generation &+= 1
        readable.wakeAll()
        writable.wakeAll()
    }

    /// F_SETPIPE_SZ: a power of two of at least a page.
    func resize(_ wanted: Int) throws(Errno) -> Int {
        guard wanted > 0 else { throw .EINVAL }
        guard wanted <= Self.largest else { throw .EPERM }
        var size = Self.pageSize
        while size < wanted { size *= 2 }
        guard size >= count else { throw .EBUSY }
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        let kept = try take(IOBuffer(kernel: fresh, count: size))
        bytes?.deallocate()
        bytes = fresh
        capacity = size
        head = 0
        count = kept
        moved()
        return size
    }
}
