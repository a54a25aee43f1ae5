import Glibc

/// The mappings of this process, from /proc/self/maps.
package enum MemoryMap {
    package struct Entry: Equatable, Sendable {
        package var start: UInt64
        package var end: UInt64
        /// The file's path or the kernel's name for it, "anonymous memory" for neither.
        package var name: String
    }

    /// The first mapping that overlaps `start ..< end`.
    package static func firstEntry(overlapping start: UInt64, _ end: UInt64) throws(SystemCallError) -> Entry? {
        let file = try FileDescriptor.open("/proc/self/maps", O_RDONLY)
        // The file is sorted and ELRANGE lies low: the first block nearly always decides.
        var buffer = [UInt8](repeating: 0, count: 16384)
        var held = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { target -> Int in
                guard let base = target.baseAddress else { return 0 }
                return read(file.raw, base + held, target.count - held)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemCallError(errno, "read /proc/self/maps") }
            if count == 0 { return nil }
            held += count
            var lineStart = 0
            while let newline = buffer[lineStart..<held].firstIndex(of: 0x0a) {
                if let entry = parse(buffer[lineStart..<newline]) {
                    if entry.start >= end { return nil }
                    if entry.end > start { return entry }
                }
                lineStart = newline + 1
            }
            buffer.replaceSubrange(0..<held - lineStart, with: Array(buffer[lineStart..<held]))
            held -= lineStart
            guard held < buffer.count else { throw SystemCallError(EOVERFLOW, "read /proc/self/maps") }
        }
    }

    /// A line is `start-end rights offset device inode   name`.
    package static func parse(_ line: ArraySlice<UInt8>) -> Entry? {
        guard let dash = line.firstIndex(of: 0x2d), let space = line.firstIndex(of: 0x20), dash < space else { return nil }
        guard let start = hexadecimal(line[line.startIndex..<dash]), let end = hexadecimal(line[dash + 1..<space]) else {
            return nil
        }
        let fields = line.split(separator: 0x20, maxSplits: 5, omittingEmptySubsequences: true)
        let name = fields.count > 5 ? String(decoding: fields[5].drop { $0 == 0x20 }, as: UTF8.self) : ""
        return Entry(start: start, end: end, name: name.isEmpty ? "anonymous memory" : name)
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(digit - 0x57)
            default: return nil
            }
        }
        return value
    }
}
