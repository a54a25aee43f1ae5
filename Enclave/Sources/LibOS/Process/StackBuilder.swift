import Wire

/// The initial stack: strings, auxiliary vector, environment and argument pointers, as the ABI has them.
enum StackBuilder {
    static func build(
        image: ExecutableImage, bias: UInt64, interpreterBase: UInt64, path: Bytes, arguments: [Bytes], environment: [Bytes],
        process: Process, space: AddressSpace, length: UInt64
    ) throws(Errno) -> UInt64 {
        guard let bottom = space.gap(length) else { throw .ENOMEM }
        let top = bottom + length
        try space.insert(
            Mapping(start: bottom, end: top, protection: Protection.read | Protection.write, flags: 2, purpose: .stack))
        var stack = Stack(space: space, top: top, bottom: bottom)
        let executable = try stack.push(string: path)
        var argumentPointers: [UInt64] = []
        var environmentPointers: [UInt64] = []
        for variable in environment { environmentPointers.append(try stack.push(string: variable)) }
        for argument in arguments { argumentPointers.append(try stack.push(string: argument)) }
        let platform = try stack.push(string: LogText("x86_64").bytes)
        var seed = Bytes(repeating: 0, count: 16)
        seed.withUnsafeMutableBytes { Random.fill($0.baseAddress.unsafelyUnwrapped, 16) }
        let random = try stack.push(bytes: seed)
        // 33: where there is no vDSO it is an entry that is ignored.
        let clocks = TimePage.map(in: space)
        let auxiliary: [UInt64] = [
            clocks == nil ? 1 : 33, clocks ?? 0, 3, image.headers &+ bias, 4, 56, 5, image.headerCount, 6, 4096, 7, interpreterBase,
            8, 0, 9, image.entry &+ bias,
            11, UInt64(process.uid), 12, UInt64(process.euid), 13, UInt64(process.gid), 14, UInt64(process.egid), 23,
            process.isSecure ? 1 : 0, 25, random,
            16, UInt64(CPUTable.answer(1, 0).edx), 17, 100, 26, 2, 31, executable, 15, platform, 51, 3632, 0, 0,
        ]
        process.auxiliaryVector = auxiliary
        var words: [UInt64] = [UInt64(argumentPointers.count)]
        words.append(contentsOf: argumentPointers)
        words.append(0)
        words.append(contentsOf: environmentPointers)
        words.append(0)
        words.append(contentsOf: auxiliary)
        return try stack.push(words: words)
    }

    /// Writes downwards from the top of a fresh stack.
    private struct Stack {
        var pointer: UInt64
        private let bottom: UInt64
        private let length: UInt64
        private let space: AddressSpace

        init(space: AddressSpace, top: UInt64, bottom: UInt64) {
            self.space = space
            pointer = top - 16
            self.bottom = bottom
            length = top - bottom
        }

        mutating func push(string: Bytes) throws(Errno) -> UInt64 {
            var terminated = string
            terminated.append(0)
            return try push(bytes: terminated)
        }

        mutating func push(bytes: Bytes) throws(Errno) -> UInt64 {
            guard hasRoom(bytes.count) else { throw .E2BIG }
            pointer -= UInt64(bytes.count)
            let place = try place(bytes.count)
            bytes.withUnsafeBytes { place.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: bytes.count) }
            return pointer
        }

        /// The program gets at least half of its stack.
        private func hasRoom(_ count: Int) -> Bool { pointer - bottom >= UInt64(count) + length / 2 }

        mutating func push(words: [UInt64]) throws(Errno) -> UInt64 {
            guard hasRoom(words.count * 8) else { throw .E2BIG }
            pointer = (pointer - UInt64(words.count * 8)) & ~15
            let place = try place(words.count * 8)
            words.withUnsafeBytes { place.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count) }
            return pointer
        }

        /// The mapping is new and the kernel's own to fill: no program runs in this space yet.
        private func place(_ count: Int) throws(Errno) -> UnsafeMutableRawPointer {
            let memory = try space.userMemory()
            return try memory.populated(pointer, count)
        }
    }
}
