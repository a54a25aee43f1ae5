import Wire

/// What an argument points to, in words: a path, an address, a small structure.
enum PointedText {
    /// `nil` where the bytes are too few for what they should be.
    static func describe(_ kind: SystemCallArgument, _ bytes: [UInt8]) -> String? {
        switch kind {
        case .path, .string: return quoted(bytes)
        case .argumentVector: return vector(bytes)
        case .socketAddress, .peerAddress: return SocketAddressText.describe(bytes)
        case .time: return time(bytes)
        case .signalSet: return signals(bytes)
        case .descriptorPair: return pair(bytes)
        case .status: return status(bytes)
        default: return nil
        }
    }

    /// In quotes, with whatever is not printable escaped: a path is not allowed to break the line.
    static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        for byte in bytes {
            switch byte {
            case 0x22, 0x5c: text += "\\" + String(UnicodeScalar(byte))
            case 0x0a: text += "\\n"
            case 0x09: text += "\\t"
            case 0x20..<0x7f: text += String(UnicodeScalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + "\""
    }

    private static func vector(_ bytes: [UInt8]) -> String {
        "["
            + bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { quoted(Array($0)) }.joined(
                separator: ", ") + "]"
    }

    private static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { at in
            (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
        }
    }

    private static func time(_ bytes: [UInt8]) -> String? {
        let parts = words(bytes)
        guard parts.count == 2 else { return nil }
        return "{\(Int64(bitPattern: parts[0])), \(Int64(bitPattern: parts[1]))}"
    }

    private static func signals(_ bytes: [UInt8]) -> String? {
        guard let set = words(bytes).first else { return nil }
        func names(_ set: UInt64) -> String {
            let members = (0..<64).filter { set >> UInt64($0) & 1 != 0 }
            return "[" + members.map { String(SignalName.of(UInt32($0 + 1)).dropFirst(3)) }.joined(separator: " ") + "]"
        }
        return set.nonzeroBitCount > 32 ? "~" + names(~set) : names(set)
    }

    private static func pair(_ bytes: [UInt8]) -> String? {
        guard let word = words(bytes).first else { return nil }
        return "[\(Int32(truncatingIfNeeded: word)), \(Int32(truncatingIfNeeded: word >> 32))]"
    }

    private static func status(_ bytes: [UInt8]) -> String? {
        let parts = words(bytes)
        guard parts.count == 7 else { return nil }
        let mode = UInt32(truncatingIfNeeded: parts[3])
        let kinds: [UInt32: String] = [
            0o01: "S_IFIFO", 0o02: "S_IFCHR", 0o04: "S_IFDIR", 0o06: "S_IFBLK", 0o10: "S_IFREG", 0o12: "S_IFLNK", 0o14: "S_IFSOCK",
        ]
        let kind = kinds[mode >> 12] ?? "0\(String(mode & 0o170000, radix: 8))"
        return "{st_mode=\(kind)|0\(String(mode & 0o7777, radix: 8)), st_size=\(Int64(bitPattern: parts[6])), ...}"
    }
}
