/// One open end of a pipe, or both of a FIFO opened for reading and writing.
final class PipeEnd: OpenFile {
    let pipe: Pipe
    private let reads: Bool
    private let writes: Bool
    private var isOpen = true
    /// A reader that came before the first writer is not told that there is none.
    private let writersAtOpen: UInt64

    init(_ pipe: Pipe, reads: Bool, writes: Bool, node: Node, path: Bytes, flags: UInt32) {
        self.pipe = pipe
        self.reads = reads
        self.writes = writes
        writersAtOpen = pipe.writersEver
        super.init(node: node, path: path, flags: flags)
        pipe.opened(reads: reads, writes: writes)
    }

    /// Both ends of a new pipe.
    static func pair(flags: UInt32) -> (read: PipeEnd, write: PipeEnd) {
        let pipe = Pipe()
        let node = AnonymousNode(AnonymousFileSystem.pipes, kind: .fifo, pipe: pipe)
        let path = node.shownPath("pipe")
        let kept = flags & (OpenFlags.nonBlocking | OpenFlags.direct)
        let read = PipeEnd(pipe, reads: true, writes: false, node: node, path: path, flags: OpenFlags.readOnly | kept)
        let write = PipeEnd(pipe, reads: false, writes: true, node: node, path: path, flags: OpenFlags.writeOnly | kept)
        return (read, write)
    }

    // MARK: Data

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        guard try waitForData(nonBlocking: isNonBlocking) else { return 0 }
        return try pipe.take(MessageData(buffer))
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        try write(MessageData(buffer), nonBlocking: isNonBlocking)
    }

    /// A write of up to a page is in one piece; a longer one may be mixed with others.
    func write(_ data: MessageData, nonBlocking: Bool) throws(Errno) -> Int {
        let isPacket = statusFlags & OpenFlags.direct != 0
        var done = 0
        do throws(Errno) {
            while done < data.count {
                if pipe.readers == 0 { throw .EPIPE }
                let left = isPacket ? min(data.count - done, Pipe.pageSize) : data.count - done
                let needed = min(left, Pipe.pageSize)
                guard pipe.space >= needed else {
                    if nonBlocking { throw .EAGAIN }
                    try block(on: [pipe.writable], until: nil)
                    continue
                }
                let n = min(left, pipe.space)
                try pipe.put(data, from: done, n, isPacket: isPacket)
                done += n
            }
        } catch {
            // What was written before the last reader went counts; the signal comes all the same.
            if done > 0, error == .EPIPE { currentThread.raise(Signal.pipe) }
            if done == 0 { throw error }
        }
        return done
    }

    /// False at the end: nothing in it and nobody who writes.
    func waitForData(nonBlocking: Bool) throws(Errno) -> Bool {
        while pipe.isEmpty {
            if pipe.writers == 0 { return false }
            if nonBlocking { throw .EAGAIN }
            try block(on: [pipe.readable], until: nil)
        }
        return true
    }

    /// Until there is room for a byte at least; EPIPE when nobody reads.
    func waitForRoom(nonBlocking: Bool) throws(Errno) {
        while true {
            if pipe.readers == 0 { throw .EPIPE }
            if pipe.space > 0 { return }
            if nonBlocking { throw .EAGAIN }
            try block(on: [pipe.writable], until: nil)
        }
    }

    // MARK: Waiting

    override func readiness() -> PollEvents {
        var events: PollEvents = []
        if reads {
            if !pipe.isEmpty { events.insert(.readable) }
            if pipe.writers == 0, pipe.writersEver != writersAtOpen { events.insert(.hangUp) }
        }
        if writes {
            if pipe.hasRoom { events.insert(.writable) }
            if pipe.readers == 0 { events.insert(.error) }
        }
        return events
    }

    override var waitQueues: [WaitQueue] {
        if reads, writes { return [pipe.readable, pipe.writable] }
        return [reads ? pipe.readable : pipe.writable]
    }

    override var isPollable: Bool { true }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == TerminalRequest.bytesReadable else { throw .ENOTTY }
        try userStore(Int32(pipe.count), to: argument)
        return 0
    }

    override func closed() {
        guard isOpen else { return }
        isOpen = false
        pipe.closed(reads: reads, writes: writes)
    }
}
