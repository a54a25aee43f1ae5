/// splice, tee and vmsplice: bytes between pipes and files; they are copied, since no page is shared in here.
struct SpliceCalls {
    let call: CallArguments
    let files: FileCalls

    private static let nonBlocking: UInt64 = 2
    private static let known: UInt64 = 15
    /// The most that is moved at once, as much as a pipe holds by default.
    private static let piece = Pipe.defaultCapacity

    /// `nil` when the number is not one of them.
    ///
    /// BLOCKS.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        let calls = SpliceCalls(call: call, files: FileCalls(call, thread))
        switch call.number {
        case 275: return try calls.splice()
        case 276: return try calls.tee()
        case 278: return try calls.spliceMemory()
        default: return nil
        }
    }

    // MARK: splice

    private func splice() throws(Errno) -> Int64 {
        guard call.a4 > 0 else { return 0 }
        guard call.a5 & ~Self.known == 0 else { throw .EINVAL }
        let input = try files.dataFile(call.a0)
        let output = try files.dataFile(call.a2)
        guard call.a1 == 0 || !(input is PipeEnd), call.a3 == 0 || !(output is PipeEnd) else { throw .ESPIPE }
        for address in [call.a3, call.a1] where address != 0 { _ = try userLoad(address, as: UInt64.self) }
        guard input.canRead, output.canWrite else { throw .EBADF }
        let count = Int(min(call.a4, FileCalls.most))
        let immediate = call.a5 & Self.nonBlocking != 0
        switch (input as? PipeEnd, output as? PipeEnd) {
        case (let from?, let to?):
            return Int64(try move(from, to, count, keeps: false, immediate))
        case (let from?, nil): return Int64(try drain(from, into: output, count, immediate))
        case (nil, let to?): return Int64(try fill(to, from: input, count, immediate))
        default: throw .EINVAL
        }
    }

    private func place(_ address: UInt64, _ file: OpenFile) throws(Errno) -> UInt64? {
        guard address != 0 else { return nil }
        guard file is PositionedFile else { throw .EINVAL }
        return try files.offset(try userLoad(address, as: UInt64.self))
    }

    /// Pipe to file: what is in the pipe, at least a byte.
    private func drain(_ pipe: PipeEnd, into output: OpenFile, _ count: Int, _ immediate: Bool) throws(Errno) -> Int {
        var place = try place(call.a3, output)
        guard output.statusFlags & OpenFlags.append == 0 else { throw .EINVAL }
        guard try pipe.waitForData(nonBlocking: immediate || pipe.isNonBlocking) else { return 0 }
        let memory = KernelBuffer(count: min(count, Self.piece))
        var done = 0
        while done < count, !pipe.pipe.isEmpty {
            let room = IOBuffer(kernel: memory.bytes, count: min(memory.count, count - done))
            let got = try pipe.pipe.take(MessageData(room))
            let written = try files.reporting { () throws(Errno) in
                try write(IOBuffer(kernel: memory.bytes, count: got), to: output, at: &place)
            }
            done += written
            if written < got { break }
        }
        if let place { try userStore(place, to: call.a3) }
        FileNotices.modified(output)
        return done
    }

    private func write(_ buffer: IOBuffer, to output: OpenFile, at place: inout UInt64?) throws(Errno) -> Int {
        guard let start = place else { return try output.write(buffer) }
        let written = try output.writeAt(start, buffer)
        place = start + UInt64(written)
        return written
    }

    /// File to pipe: once, as much as there is room for.
    private func fill(_ pipe: PipeEnd, from input: OpenFile, _ count: Int, _ immediate: Bool) throws(Errno) -> Int {
        let place = try place(call.a1, input)
        try files.reporting { () throws(Errno) in
            try pipe.waitForRoom(nonBlocking: immediate || pipe.isNonBlocking)
        }
        let memory = KernelBuffer(count: min(count, pipe.pipe.space, Self.piece))
        let buffer = IOBuffer(kernel: memory.bytes, count: memory.count)
        let got = if let place { try input.readAt(place, buffer) } else { try input.read(buffer) }
        // Reading may have waited while others filled the pipe: then this waits for them.
        var done = 0
        while done < got {
            try pipe.waitForRoom(nonBlocking: false)
            let n = min(got - done, pipe.pipe.space)
            try pipe.pipe.put(MessageData(IOBuffer(kernel: memory.bytes, count: got)), from: done, n, isPacket: false)
            done += n
        }
        if let place { try userStore(place + UInt64(got), to: call.a1) }
        if got > 0 { FileNotices.accessed(input) }
        return got
    }

    /// Pipe to pipe, taking or keeping what is in the first.
    private func move(
        _ from: PipeEnd, _ to: PipeEnd, _ count: Int, keeps: Bool, _ immediate: Bool
    ) throws(Errno) -> Int {
        guard from.pipe !== to.pipe else { throw .EINVAL }
        let immediate = immediate || !keeps && (from.isNonBlocking || to.isNonBlocking)
        while true {
            guard try from.waitForData(nonBlocking: immediate) else { return 0 }
            try files.reporting { () throws(Errno) in try to.waitForRoom(nonBlocking: immediate) }
            // Waiting for the one may have emptied the other.
            guard !from.pipe.isEmpty else { continue }
            let memory = KernelBuffer(count: min(count, to.pipe.space, max(1, from.pipe.count), Self.piece))
            let data = MessageData(IOBuffer(kernel: memory.bytes, count: memory.count))
            let got = try keeps ? from.pipe.copy(data) : from.pipe.take(data)
            try to.pipe.put(data, from: 0, got, isPacket: false)
            return got
        }
    }

    // MARK: tee and vmsplice

    private func tee() throws(Errno) -> Int64 {
        guard call.a3 & ~Self.known == 0 else { throw .EINVAL }
        guard call.a2 > 0 else { return 0 }
        let input = try files.dataFile(call.a0)
        let output = try files.dataFile(call.a1)
        guard input.canRead, output.canWrite else { throw .EBADF }
        guard let from = input as? PipeEnd, let to = output as? PipeEnd else { throw .EINVAL }
        let immediate = call.a3 & Self.nonBlocking != 0
        return Int64(try move(from, to, Int(min(call.a2, FileCalls.most)), keeps: true, immediate))
    }

    private func spliceMemory() throws(Errno) -> Int64 {
        guard call.a3 & ~Self.known == 0 else { throw .EINVAL }
        let file = try files.dataFile(call.a0)
        guard file.canRead || file.canWrite else { throw .EBADF }
        let data = MessageData(try files.vector(call.a1, call.a2))
        guard data.count > 0 else { return 0 }
        guard let pipe = file as? PipeEnd else { throw .EBADF }
        let immediate = call.a3 & Self.nonBlocking != 0
        guard pipe.canWrite else {
            guard try pipe.waitForData(nonBlocking: immediate) else { return 0 }
            return Int64(try pipe.pipe.take(data))
        }
        return Int64(try files.reporting { () throws(Errno) in try pipe.write(data, nonBlocking: immediate) })
    }
}
