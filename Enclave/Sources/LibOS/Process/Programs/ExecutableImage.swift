/// An ELF file's headers, bounded and checked: what the loader needs of them.
struct ExecutableImage {
    struct Segment {
        var address: UInt64
        var memorySize: UInt64
        var fileOffset: UInt64
        var fileSize: UInt64
        var protection: UInt32
    }

    let isPositionIndependent: Bool
    let entry: UInt64
    let segments: [Segment]
    let interpreter: Bytes?
    /// Address of the program headers in memory, and their number.
    let headers: UInt64
    let headerCount: UInt64
    let lowest: UInt64
    let highest: UInt64

    /// ENOEXEC for anything that is no x86-64 ELF program.
    init(_ file: OpenFile) throws(Errno) {
        let header = try Self.read(file, 0, 64)
        guard header[0] == 0x7f, header[1] == 0x45, header[2] == 0x4c, header[3] == 0x46, header[4] == 2, header[5] == 1 else {
            throw .ENOEXEC
        }
        func half(_ at: Int) -> UInt64 { UInt64(header[at]) | UInt64(header[at + 1]) << 8 }
        let type = half(16)
        guard type == 2 || type == 3, half(18) == 62, half(54) == 56 else { throw .ENOEXEC }
        isPositionIndependent = type == 3
        let count = half(56)
        let table = Self.word(header, 32)
        guard count >= 1, count <= 128, table < 1 << 40 else { throw .ENOEXEC }
        let bytes = try Self.read(file, table, Int(count) * 56)
        var segments: [Segment] = []
        var interpreter: Bytes?
        var headers: UInt64 = 0
        var low = UInt64.max
        var high: UInt64 = 0
        for index in 0..<Int(count) {
            let at = index * 56
            let kind = UInt32(truncatingIfNeeded: Self.word(bytes, at))
            let flags = UInt32(truncatingIfNeeded: Self.word(bytes, at) >> 32)
            let offset = Self.word(bytes, at + 8)
            let address = Self.word(bytes, at + 16)
            let fileSize = Self.word(bytes, at + 32)
            let memorySize = Self.word(bytes, at + 40)
            if kind == 1 {
                // Sums cannot overflow below these limits.
                guard address < 1 << 46, memorySize < 1 << 40, fileSize <= memorySize, offset < 1 << 46,
                    offset & 4095 == address & 4095
                else {
                    throw .ENOEXEC
                }
                if memorySize == 0 { continue }
                if let last = segments.last, address < last.address + last.memorySize { throw .ENOEXEC }
                let protection = (flags & 4) >> 2 | (flags & 2) | (flags & 1) << 2
                segments.append(
                    Segment(
                        address: address, memorySize: memorySize, fileOffset: offset, fileSize: fileSize, protection: protection))
                if table >= offset, table + count * 56 <= offset + fileSize { headers = address + (table - offset) }
                low = min(low, address & ~4095)
                high = max(high, (address + memorySize + 4095) & ~4095)
            } else if kind == 3 {
                guard fileSize >= 2, fileSize <= 4096 else { throw .ENOEXEC }
                var path = try Self.read(file, offset, Int(fileSize))
                guard path.last == 0 else { throw .ENOEXEC }
                path.removeLast()
                interpreter = path
            } else if kind == 6 && headers == 0 {
                headers = address
            }
        }
        guard !segments.isEmpty else { throw .ENOEXEC }
        self.segments = segments
        self.interpreter = interpreter
        self.headers = headers
        headerCount = count
        entry = Self.word(header, 24)
        lowest = low
        highest = high
    }

    private static func read(_ file: OpenFile, _ offset: UInt64, _ count: Int) throws(Errno) -> Bytes {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < count {
            let n = try file.readAt(offset + UInt64(done), IOBuffer(kernel: buffer + done, count: count - done))
            guard n > 0 else { throw .ENOEXEC }
            done += n
        }
        return Bytes(UnsafeRawBufferPointer(start: buffer, count: count))
    }

    private static func word(_ bytes: Bytes, _ at: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt64.self) }
    }
}
