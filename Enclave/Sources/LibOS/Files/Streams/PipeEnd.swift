/// One open end of a pipe, or both of a FIFO opened for reading and writing.
final class PipeEnd: OpenFile {
    let pipe: Pipe
    private let reads: Bool
    private let writes: Bool
    private var isOpen = true

    init(_ pipe: Pipe, reads: Bool, writes: Bool, node: Node, path: Bytes, flags: UInt32) {
        self.pipe = pipe
        self.reads = reads
        self.writes = writes
        super.init(node: node, path: path, flags: flags)
        if reads { pipe.readers += 1 }
        if writes { pipe.writers += 1 }
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

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        while pipe.count == 0 {
            if pipe.writers == 0 { return 0 }
            if isNonBlocking { throw .EAGAIN }
            try block(on: [pipe.readable], until: nil)
        }
        return try pipe.take(buffer)
    }

    /// A write of up to a page is in one piece; a longer one may be mixed with others.
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        var done = 0
        do throws(Errno) {
            while done < buffer.count {
                if pipe.readers == 0 { throw .EPIPE }
                let left = buffer.count - done
                let needed = buffer.count <= Pipe.pageSize ? left : 1
                guard pipe.space >= needed else {
                    if isNonBlocking { throw .EAGAIN }
                    try block(on: [pipe.writable], until: nil)
                    continue
                }
                done += try pipe.put(buffer, from: done, most: left)
            }
        } catch {
            if done == 0 || error == .EPIPE { throw error }
        }
        return done
    }

    override func readiness() -> PollEvents {
        var events: PollEvents = []
        if reads {
            if pipe.count > 0 { events.insert(.readable) }
            if pipe.writers == 0 { events.insert(.hangUp) }
        }
        if writes {
            if pipe.space >= Pipe.pageSize || pipe.count == 0 { events.insert(.writable) }
            if pipe.readers == 0 { events.insert(.error) }
        }
        return events
    }

    override var waitQueues: [WaitQueue] { [reads ? pipe.readable : pipe.writable] }
    override var changeCount: UInt64 { pipe.generation }
    override var isPollable: Bool { true }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == TerminalRequest.bytesReadable else { throw .ENOTTY }
        try userStore(Int32(pipe.count), to: argument)
        return 0
    }

    override func closed() {
        guard isOpen else { return }
        isOpen = false
        if reads { pipe.readers -= 1 }
        if writes { pipe.writers -= 1 }
        if pipe.readers == 0, pipe.writers == 0 { pipe.abandoned() }
        pipe.moved()
    }
}
