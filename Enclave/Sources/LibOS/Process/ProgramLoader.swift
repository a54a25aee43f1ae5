import CEnclave

/// Puts a program and its interpreter into an empty address space and writes the stack it starts on.
enum ProgramLoader {
    struct Program {
        var entry: UInt64
        var stackPointer: UInt64
        /// Path of what really runs: the interpreter of a script, not the script.
        var path: Bytes
    }

    /// The longest stack, whatever RLIMIT_STACK says.
    private static let longestStack: UInt64 = 64 << 20
    private static let usualStack: UInt64 = 8 << 20

    /// Maps program and loader and writes the stack.
    static func load(
        _ program: ResolvedProgram, environment: [Bytes], process: Process, space: AddressSpace
    ) throws(Errno) -> Program {
        let image = program.image
        let bias = try place(image, space)
        try map(image, bias, program.file, space)
        var entry = image.entry &+ bias
        var interpreterBase: UInt64 = 0
        if let loader = program.loader {
            interpreterBase = try place(loader.image, space)
            try map(loader.image, interpreterBase, loader.file, space)
            entry = loader.image.entry &+ interpreterBase
        }
        // The heap begins behind the program; a PIE lies among the libraries, so its heap gets the low part of the pool.
        space.heapStart = image.isPositionIndependent ? max(space.pool.start, 0x1000000) : image.highest
        space.heapEnd = space.heapStart
        let stackPointer = try StackBuilder.build(
            image: image, bias: bias, interpreterBase: interpreterBase, path: program.path, arguments: program.arguments,
            environment: environment, process: process, space: space, length: stackLength(process))
        return Program(entry: entry, stackPointer: stackPointer, path: program.file.path)
    }

    /// RLIMIT_STACK; without a limit, or with a very small one, the usual.
    private static func stackLength(_ process: Process) -> UInt64 {
        let limit = process.limits[ResourceLimits.stack].soft
        guard limit != .max, limit >= 128 << 10 else { return usualStack }
        return min((limit + 4095) & ~4095, longestStack)
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
