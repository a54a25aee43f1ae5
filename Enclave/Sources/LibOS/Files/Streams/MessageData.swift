import EnclaveRuntime

/// The bytes of one message in the caller's memory: one buffer, or several that are filled one after the other.
struct MessageData {
    private enum Place {
        case one(IOBuffer)
        case several([IOBuffer])
        case verified([VerifiedPart])
    }
    private let place: Place
    let count: Int

    init(_ buffer: IOBuffer) {
        place = .one(buffer)
        count = buffer.count
    }

    init(_ buffers: [IOBuffer]) {
        if buffers.count == 1 {
            place = .one(buffers[0])
            count = buffers[0].count
            return
        }
        var total = 0
        for buffer in buffers { total += buffer.count }
        place = .several(buffers)
        count = total
    }

    /// Bytes of a file to be sent from where they lie.
    init(verified parts: [VerifiedPart]) {
        place = .verified(parts)
        count = parts.reduce(0) { $0 + $1.count }
    }

    /// Copies `n` bytes from kernel memory to `offset` of the message.
    func copyOut(_ from: UnsafeRawPointer, _ n: Int, at offset: Int) throws(Errno) {
        switch place {
        case .one(let buffer): try buffer.copyOut(from, n, at: offset)
        case .several(let buffers):
            try Self.pieces(buffers, offset, n) { (buffer, at, start, length) throws(Errno) in
                try buffer.copyOut(from + start, length, at: at)
            }
        case .verified: throw .EFAULT
        }
    }

    /// Copies `n` bytes at `offset` of the message to kernel memory.
    func copyIn(_ to: UnsafeMutableRawPointer, _ n: Int, at offset: Int) throws(Errno) {
        switch place {
        case .one(let buffer): try buffer.copyIn(to, n, at: offset)
        case .several(let buffers):
            try Self.pieces(buffers, offset, n) { (buffer, at, start, length) throws(Errno) in
                try buffer.copyIn(to + start, length, at: at)
            }
        case .verified(let parts):
            try Self.pieces(parts.map { $0.buffer }, offset, n) { (buffer, at, start, length) throws(Errno) in
                try buffer.copyIn(to + start, length, at: at)
            }
        }
    }

    /// Copies `n` bytes of the call area to `offset` of the message, once; what goes to several buffers is copied inside first.
    func copy(from area: HostCallArea, at start: Int, _ n: Int, to offset: Int) throws(Errno) {
        guard case .several = place else {
            if case .one(let buffer) = place { try buffer.copyOut(from: area, at: start, n, to: offset) }
            return
        }
        let memory = KernelBuffer(count: n)
        area.read(into: memory.bytes, count: n, at: start)
        try copyOut(memory.bytes, n, at: offset)
    }

    /// Copies `n` bytes at `offset` of the message into the call area.
    func copy(to area: HostCallArea, at start: Int, _ n: Int, from offset: Int) throws(Errno) {
        switch place {
        case .one(let buffer): try buffer.copyIn(to: area, at: start, n, from: offset)
        case .several:
            // Bringing a page of one buffer may use the call area, in which another one would stand already.
            let memory = KernelBuffer(count: n)
            try copyIn(memory.bytes, n, at: offset)
            area.write(memory.bytes, count: n, at: start)
        case .verified(let parts) where offset == 0 && parts.dropLast().allSatisfy({ $0.count % 8 == 0 }):
            try Self.pieces(parts.map { $0.buffer }, offset, n) { (buffer, at, from, length) throws(Errno) in
                try buffer.copyIn(to: area, at: start + from, length, from: at)
            }
        case .verified:
            // What leaves is whole words at places of whole words.
            let memory = KernelBuffer(count: n)
            try copyIn(memory.bytes, n, at: offset)
            area.write(memory.bytes, count: n, at: start)
        }
    }

    /// Calls `body` with each buffer that holds a part of the range: where in the buffer, where in the range, how much.
    private static func pieces(
        _ buffers: [IOBuffer], _ offset: Int, _ n: Int, _ body: (IOBuffer, Int, Int, Int) throws(Errno) -> Void
    ) throws(Errno) {
        var skipped = offset
        var done = 0
        for buffer in buffers where done < n {
            if skipped >= buffer.count {
                skipped -= buffer.count
                continue
            }
            let length = min(buffer.count - skipped, n - done)
            try body(buffer, skipped, done, length)
            done += length
            skipped = 0
        }
        if done < n { throw .EFAULT }
    }
}
