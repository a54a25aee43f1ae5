/// The first line of a script: `#!interpreter [argument]`.
struct ScriptLine {
    /// Bytes of a file that are looked at.
    static let length = 256

    let interpreter: Bytes
    let argument: Bytes?

    /// `nil` when it is no script; ENOEXEC when it names no interpreter, or one whose name is longer than the line may be.
    init?(_ head: Bytes) throws(Errno) {
        guard head.count >= 2, head[0] == 0x23, head[1] == 0x21 else { return nil }
        var line = Bytes(head[2..<min(head.count, Self.length - 1)])
        if let end = line.firstIndex(of: 0x0a) {
            line = Bytes(line[..<end])
        } else if head.count >= Self.length {
            // The argument may be cut off, the interpreter's name not.
            guard let start = line.firstIndex(where: { !Self.isBlank($0) }),
                line[start...].contains(where: { Self.isBlank($0) || $0 == 0 })
            else { throw .ENOEXEC }
        }
        while let last = line.last, Self.isBlank(last) { line.removeLast() }
        guard let start = line.firstIndex(where: { !Self.isBlank($0) }) else { throw .ENOEXEC }
        let rest = line[start...]
        let end = rest.firstIndex { Self.isBlank($0) || $0 == 0 } ?? rest.endIndex
        guard end > start else { throw .ENOEXEC }
        interpreter = Bytes(rest[..<end])
        let behind = rest[end...]
        if behind.first != 0, let next = behind.firstIndex(where: { !Self.isBlank($0) }) {
            argument = Bytes(behind[next...].prefix { $0 != 0 })
        } else {
            argument = nil
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
