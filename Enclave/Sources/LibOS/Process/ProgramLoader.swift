import CEnclave

/// Puts a program and its interpreter into an empty address space and writes the stack it starts on.
enum ProgramLoader {
    struct Program {
        var entry: UInt64
        var stackPointer: UInt64
        /// Path of what really runs: the interpreter of a script, not the script.
        var path: Bytes
    }

    private static let stackLength: UInt64 = 8 << 20

    /// Resolves `#!` lines, four deep as Linux does, and loads; `arguments` begins with argv[0].
    static func load(
        path: Bytes, arguments: [Bytes], environment: [Bytes], process: Process, space: AddressSpace
    ) throws(Errno) -> Program {
        var path = path
        var arguments = arguments
        for _ in 0..<5 {
            let file = try kernel.files.executableFile(path: path, at: process.directory)
            if let line = try scriptLine(file) {
                var replaced = line
                replaced.append(path)
                replaced.append(contentsOf: arguments.dropFirst())
                path = line[0]
                arguments = replaced
                continue
            }
            return try load(file, path, arguments, environment, process, space)
        }
        throw .ELOOP
    }

    /// `#!interpreter [argument]`: one or two pieces; `nil` when the file is no script.
    private static func scriptLine(_ file: OpenFile) throws(Errno) -> [Bytes]? {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 16)
        defer { buffer.deallocate() }
        let n = try file.readAt(0, IOBuffer(kernel: buffer, count: 256))
        let head = Bytes(UnsafeRawBufferPointer(start: buffer, count: n))
        guard n >= 2, head[0] == 0x23, head[1] == 0x21 else { return nil }
        var line = Bytes(head[2...])
        guard let end = line.firstIndex(of: 0x0a) ?? (n < 256 ? line.count : nil) else { throw .ENOEXEC }
        line = Bytes(line[0..<end])
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
        while let last = line.last, isBlank(last) { line.removeLast() }
        var at = 0
        while at < line.count && isBlank(line[at]) { at += 1 }
        let start = at
        while at < line.count && !isBlank(line[at]) { at += 1 }
        guard at > start else { throw .ENOEXEC }
        let interpreter = Bytes(line[start..<at])
        while at < line.count && isBlank(line[at]) { at += 1 }
        return at < line.count ? [interpreter, Bytes(line[at...])] : [interpreter]
    }

    private static func load(
        _ file: OpenFile, _ path: Bytes, _ arguments: [Bytes], _ environment: [Bytes], _ process: Process, _ space: AddressSpace
    ) throws(Errno) -> Program {
        let image = try ExecutableImage(file)
        let bias = try place(image, space)
        try map(image, bias, file, space)
        var entry = image.entry &+ bias
        var interpreterBase: UInt64 = 0
        if let interpreterPath = image.interpreter {
            let interpreterFile = try kernel.files.executableFile(path: interpreterPath, at: process.directory)
            let interpreter = try ExecutableImage(interpreterFile)
            guard interpreter.isPositionIndependent else { throw .ENOEXEC }
            interpreterBase = try place(interpreter, space)
            try map(interpreter, interpreterBase, interpreterFile, space)
            entry = interpreter.entry &+ interpreterBase
        }
        // The heap begins behind the program; a PIE lies among the libraries, so its heap gets the low part of the pool.
        space.heapStart = image.isPositionIndependent ? max(space.pool.start, 0x1000000) : image.highest
        space.heapEnd = space.heapStart
        let stackPointer = try StackBuilder.build(
            image: image, bias: bias, interpreterBase: interpreterBase, path: path, arguments: arguments, environment: environment,
            process: process, space: space, length: stackLength)
        return Program(entry: entry, stackPointer: stackPointer, path: file.path)
    }

    private static func place(_ image: ExecutableImage, _ space: AddressSpace) throws(Errno) -> UInt64 {
        guard image.isPositionIndependent else {
            guard space.pool.contains(image.lowest, image.highest), space.isFree(image.lowest, image.highest) else { throw .ENOMEM }
            return 0
        }
        guard let start = space.gap(image.highest - image.lowest) else { throw .ENOMEM }
        return start &- image.lowest
    }

    private static func map(_ image: ExecutableImage, _ bias: UInt64, _ file: OpenFile, _ space: AddressSpace) throws(Errno) {
        let size = try file.status().size
        for segment in image.segments {
            guard segment.fileOffset + segment.fileSize <= size else { throw .ENOEXEC }
            let address = segment.address &+ bias
            let start = address & ~4095
            let fileEnd = address + segment.fileSize
            let end = (address + segment.memorySize + 4095) & ~4095
            let pagesEnd = segment.fileSize == 0 ? start : (fileEnd + 4095) & ~4095
            if pagesEnd > start {
                let offset = segment.fileOffset - (segment.address & 4095)
                let mapped = MappedFile(file, start: start, end: pagesEnd, offset: offset)
                try MemoryCalls.map(
                    Mapping(
                        start: start, end: pagesEnd, protection: segment.protection, flags: 2, file: mapped, fileOffset: offset),
                    space)
                if segment.memorySize > segment.fileSize { try clear(fileEnd, pagesEnd, space) }
            }
            if end > pagesEnd {
                try space.insert(Mapping(start: pagesEnd, end: end, protection: segment.protection, flags: 2))
            }
        }
    }

    /// What the file holds behind a segment on its last page is bss.
    private static func clear(_ from: UInt64, _ to: UInt64, _ space: AddressSpace) throws(Errno) {
        guard to > from else { return }
        let memory = try space.userMemory()
        zeroMemory(try memory.populated(from, Int(to - from)), Int(to - from))
    }
}
