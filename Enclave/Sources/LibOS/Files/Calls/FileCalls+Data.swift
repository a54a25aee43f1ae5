import Wire

extension FileCalls {
    /// read, write and their relatives.
    func dataCall() throws(Errno) -> Int64? {
        switch call.number {
        case 0: return try read()
        case 1: return try write()
        case 17: return try readAt()
        case 18: return try writeAt()
        case 19: return try readVector(at: nil)
        case 20: return try writeVector(at: nil)
        case 295: return try readVector(at: try vectorOffset())
        case 296: return try writeVector(at: try vectorOffset())
        case 327: return try readVector(at: try optionalOffset(), flags: word(call.a5))
        case 328: return try writeVector(at: try optionalOffset(), flags: word(call.a5))
        case 8: return try seek()
        case 40: return try sendFile()
        case 326: return try copyRange()
        default: return nil
        }
    }

    private static let seekHole: UInt32 = 4

    private func seek() throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        guard word(call.a2) <= Self.seekHole else { throw .EINVAL }
        return try file.seek(Int64(bitPattern: call.a1), whence: int(call.a2))
    }

    // MARK: One buffer

    private func readable() throws(Errno) -> OpenFile {
        let file = try file(call.a0)
        guard file.canRead else { throw .EBADF }
        try SharedFiles.willRead(file.node)
        return file
    }

    private func writable() throws(Errno) -> OpenFile {
        let file = try file(call.a0)
        guard file.canWrite else { throw .EBADF }
        try SharedFiles.willChange(file.node)
        return file
    }

    private func read() throws(Errno) -> Int64 {
        let file = try readable()
        return accessed(file, try file.read(try buffer(call.a1, call.a2)))
    }

    /// Those who watch the file hear of what was read.
    private func accessed(_ file: OpenFile, _ count: Int) -> Int64 {
        if count > 0 { FileNotices.accessed(file) }
        return Int64(count)
    }

    private func modified(_ file: OpenFile, _ count: Int) -> Int64 {
        if count > 0 { FileNotices.modified(file) }
        return Int64(count)
    }

    private func write() throws(Errno) -> Int64 {
        let file = try writable()
        let buffer = try buffer(call.a1, call.a2)
        return modified(file, try reporting { () throws(Errno) in try file.write(buffer) })
    }

    /// What has no offset says so before it says that it cannot be read or written.
    private func requireOffsets() throws(Errno) { try requireOffsets(of: dataFile(call.a0)) }

    private func requireOffsets(of file: OpenFile) throws(Errno) {
        switch file.node.kind {
        case .fifo, .socket, .anonymous: throw .ESPIPE
        default: return
        }
    }

    private func readAt() throws(Errno) -> Int64 {
        let place = try offset(call.a3)
        try requireOffsets()
        let file = try readable()
        let buffer = try buffer(call.a1, call.a2)
        try requireEnd(place, buffer.count)
        return accessed(file, try file.readAt(place, buffer))
    }

    private func writeAt() throws(Errno) -> Int64 {
        let place = try offset(call.a3)
        try requireOffsets()
        let file = try writable()
        let buffer = try buffer(call.a1, call.a2)
        try requireEnd(place, buffer.count)
        return modified(file, try file.writeAt(place, buffer))
    }

    /// No file has bytes beyond 63 bits.
    private func requireEnd(_ place: UInt64, _ count: Int) throws(Errno) {
        guard UInt64(count) <= UInt64(Int64.max) - place else { throw .EINVAL }
    }

    /// A write nobody reads raises SIGPIPE.
    func reporting<R>(_ body: () throws(Errno) -> R) throws(Errno) -> R {
        do throws(Errno) { return try body() } catch {
            if error == .EPIPE, (try? file(call.a0) as? SocketFile)?.raisesPipeSignal ?? true { thread.raise(Signal.pipe) }
            throw error
        }
    }

    // MARK: Several buffers

    /// preadv2 and pwritev2: -1 is the offset of the file.
    private func optionalOffset() throws(Errno) -> UInt64? {
        call.a3 == UInt64.max ? nil : try vectorOffset()
    }

    private func vectorOffset() throws(Errno) -> UInt64 {
        let place = try offset(call.a3)
        try requireOffsets()
        return place
    }

    /// The count has 32 bits, as Linux takes it.
    func vector(_ address: UInt64, _ count: UInt64) throws(Errno) -> [IOBuffer] {
        let count = UInt64(word(count))
        guard count <= 1024 else { throw .EINVAL }
        var buffers: [IOBuffer] = []
        buffers.reserveCapacity(Int(count))
        var total: UInt64 = 0
        for index in 0..<count {
            let base = try userLoad(address &+ index * 16, as: UInt64.self)
            let length = try userLoad(address &+ index * 16 &+ 8, as: UInt64.self)
            guard Int64(bitPattern: length) >= 0 else { throw .EINVAL }
            let taken = min(length, Self.most - total)
            try requireUserAddress(base, count == 1 ? taken : length)
            total += taken
            buffers.append(IOBuffer(user: base, count: Int(taken)))
        }
        return buffers
    }

    /// RWF_APPEND.
    private static let appends: UInt32 = 0x10
    /// RWF_NOAPPEND.
    private static let overwrites: UInt32 = 0x20
    /// RWF_HIPRI, RWF_DSYNC and RWF_SYNC mean nothing here; RWF_NOWAIT would.
    private static let vectorFlags: UInt32 = 7 | appends | overwrites

    private func checked(_ buffers: [IOBuffer], at place: UInt64?, _ flags: UInt32) throws(Errno) -> Bool {
        var total = 0
        for buffer in buffers { total += buffer.count }
        if let place { try requireEnd(place, total) }
        guard total > 0 else { return false }
        guard flags & ~Self.vectorFlags == 0 else { throw .EOPNOTSUPP }
        guard flags & (Self.appends | Self.overwrites) != Self.appends | Self.overwrites else { throw .EINVAL }
        return true
    }

    private func readVector(at place: UInt64?, flags: UInt32 = 0) throws(Errno) -> Int64 {
        let file = try readable()
        let buffers = try vector(call.a1, call.a2)
        guard try checked(buffers, at: place, flags) || file.node.isDirectory else { return 0 }
        return try readVector(file, buffers, at: place)
    }

    func readVector(_ file: OpenFile, _ buffers: [IOBuffer], at place: UInt64?) throws(Errno) -> Int64 {
        if place == nil, let socket = file as? SocketFile { return Int64(try socket.readMessage(MessageData(buffers))) }
        var done = 0
        for buffer in buffers where buffer.count > 0 {
            // What was read is returned before the next buffer would wait.
            if done > 0, place == nil, !(file is PositionedFile), !file.readiness().contains(.readable) { break }
            let count: Int
            do throws(Errno) {
                if let place { count = try file.readAt(place + UInt64(done), buffer) } else { count = try file.read(buffer) }
            } catch {
                if done > 0 { break }
                throw error
            }
            done += count
            if count < buffer.count { break }
        }
        return accessed(file, done)
    }

    private func writeVector(at place: UInt64?, flags: UInt32 = 0) throws(Errno) -> Int64 {
        let file = try writable()
        let buffers = try vector(call.a1, call.a2)
        let isEmpty = try !checked(buffers, at: place, flags)
        if isEmpty, !(file is SocketFile) { return 0 }
        let keepsPlace = flags & Self.overwrites != 0 && place != nil
        return modified(
            file,
            try reporting { () throws(Errno) in
                guard flags & Self.appends != 0, let positioned = file as? PositionedFile else {
                    return try writeVector(file, buffers, at: place, overwrites: keepsPlace)
                }
                let end = try positioned.size()
                if place == nil { positioned.offset = end }
                return try writeVector(file, buffers, at: place == nil ? nil : end)
            })
    }

    /// Small vectors are gathered, so that they arrive in one piece.
    func writeVector(
        _ file: OpenFile, _ buffers: [IOBuffer], at place: UInt64?, overwrites: Bool = false
    ) throws(Errno) -> Int {
        if place == nil, let socket = file as? SocketFile {
            return try socket.send(OutgoingMessage(data: MessageData(buffers)), flags: [])
        }
        var total = 0
        for buffer in buffers { total += buffer.count }
        if buffers.count > 1, total <= CallFrame.dataLength {
            return try gathered(buffers, total) { (buffer) throws(Errno) in try put(file, buffer, at: place, overwrites) }
        }
        var done = 0
        for buffer in buffers where buffer.count > 0 {
            let count: Int
            do throws(Errno) { count = try put(file, buffer, at: place.map { $0 + UInt64(done) }, overwrites) } catch {
                if done > 0 { break }
                throw error
            }
            done += count
            if count < buffer.count { break }
        }
        return done
    }

    private func put(_ file: OpenFile, _ buffer: IOBuffer, at place: UInt64?, _ overwrites: Bool) throws(Errno) -> Int {
        if let place { return try overwrites ? file.writeBack(place, buffer) : file.writeAt(place, buffer) }
        return try file.write(buffer)
    }

    private func gathered(
        _ buffers: [IOBuffer], _ total: Int, _ body: (IOBuffer) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        let memory = KernelBuffer(count: total)
        var at = 0
        for buffer in buffers {
            try buffer.copyIn(memory.bytes + at, buffer.count, at: 0)
            at += buffer.count
        }
        return try body(IOBuffer(kernel: memory.bytes, count: total))
    }

    // MARK: File to file

    /// As much as one host call sends.
    private static let piece = NetworkFrame.payloadLength

    private func sendFile() throws(Errno) -> Int64 {
        var place: UInt64? = call.a2 == 0 ? nil : try userLoad(call.a2, as: UInt64.self)
        let input = try file(call.a1)
        guard input.canRead else { throw .EBADF }
        if let given = place {
            try requireOffsets(of: input)
            place = try offset(given)
        }
        guard Int64(bitPattern: call.a3) >= 0 else { throw .EINVAL }
        let output = try file(call.a0)
        guard output.canWrite else { throw .EBADF }
        guard input is PositionedFile, output.statusFlags & OpenFlags.append == 0 else { throw .EINVAL }
        let count = min(call.a3, Self.most)
        let moved = try reporting { () throws(Errno) in
            if let socket = output as? SocketFile, let sent = try sendVerified(input, &place, to: socket, count: Int(count)) {
                return sent
            }
            return try move(from: input, &place, to: output, count: count) { (buffer) throws(Errno) in try output.write(buffer) }
        }
        if let place { try userStore(place, to: call.a2) }
        return Int64(moved)
    }

    private func copyRange() throws(Errno) -> Int64 {
        let input = try dataFile(call.a0)
        let output = try dataFile(call.a2)
        var from: UInt64? = call.a1 == 0 ? nil : try userLoad(call.a1, as: UInt64.self)
        var to: UInt64? = call.a3 == 0 ? nil : try userLoad(call.a3, as: UInt64.self)
        guard word(call.a5) == 0 else { throw .EINVAL }
        if input.node.isDirectory || output.node.isDirectory { throw .EISDIR }
        guard input is PositionedFile, output is PositionedFile else { throw .EINVAL }
        guard output.canWrite, input.canRead, output.statusFlags & OpenFlags.append == 0 else { throw .EBADF }
        if let place = from { from = try offset(place) }
        if let place = to { to = try offset(place) }
        let count = min(call.a4, Self.most)
        if input.node === output.node {
            let start = from ?? (input as? PositionedFile)?.offset ?? 0
            let target = to ?? (output as? PositionedFile)?.offset ?? 0
            guard start + count <= target || target + count <= start else { throw .EINVAL }
        }
        let moved = try move(from: input, &from, to: output, count: count) { (buffer) throws(Errno) in
            guard let place = to else { return try output.write(buffer) }
            let count = try output.writeAt(place, buffer)
            to = place + UInt64(count)
            return count
        }
        if let from { try userStore(from, to: call.a1) }
        if let to { try userStore(to, to: call.a3) }
        return Int64(moved)
    }

    private static func advance(_ input: OpenFile, _ place: inout UInt64?, to next: UInt64) {
        guard place == nil else { return place = next }
        (input as? PositionedFile)?.offset = next
    }

    /// Bytes of the image go from where they were verified straight to the host; `nil` for other files.
    private func sendVerified(
        _ input: OpenFile, _ place: inout UInt64?, to socket: SocketFile, count: Int
    ) throws(Errno) -> Int? {
        var done = 0
        while done < count {
            let start = place ?? (input as? PositionedFile)?.offset ?? 0
            do throws(Errno) {
                guard let parts = try input.verifiedParts(start, min(Self.piece, count - done)) else {
                    return done == 0 ? nil : done
                }
                if parts.isEmpty { break }
                let data = MessageData(verified: parts)
                let written = try socket.send(OutgoingMessage(data: data), flags: [])
                done += written
                Self.advance(input, &place, to: start + UInt64(written))
                if written < data.count { break }
            } catch {
                if done > 0 { break }
                throw error
            }
        }
        if done > 0 { FileNotices.accessed(input) }
        return done
    }

    private func move(
        from input: OpenFile, _ place: inout UInt64?, to output: OpenFile, count: UInt64, _ put: (IOBuffer) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        let memory = KernelBuffer(count: min(Self.piece, Int(count)))
        var done = 0
        while done < Int(count) {
            let want = IOBuffer(kernel: memory.bytes, count: min(memory.count, Int(count) - done))
            let start = place ?? (input as? PositionedFile)?.offset ?? 0
            do throws(Errno) {
                let got = try input.readAt(start, want)
                if got == 0 { break }
                let written = try put(IOBuffer(kernel: memory.bytes, count: got))
                done += written
                Self.advance(input, &place, to: start + UInt64(written))
                if written < got { break }
            } catch {
                if done > 0 { break }
                throw error
            }
        }
        if done > 0 {
            FileNotices.accessed(input)
            FileNotices.modified(output)
        }
        return done
    }
}
