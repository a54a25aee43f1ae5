import Wire

/// An open directory: a snapshot of its names, taken at the first read and at every rewind, so that removing while listing is safe.
final class DirectoryFile: OpenFile {
    private var entries: [DirectoryEntry]?
    private var position = 0

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EISDIR }
    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EISDIR }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }
    override func synchronise() throws(Errno) { try node.fileSystem.synchronise() }

    override func seek(_ distance: Int64, whence: Int32) throws(Errno) -> Int64 {
        let target: Int64
        switch whence {
        case 0: target = distance
        case 1: target = Int64(position) + distance
        default: throw .EINVAL
        }
        guard target >= 0, target <= Int64(Int32.max) else { throw .EINVAL }
        position = Int(target)
        if position == 0 { entries = nil }
        return target
    }

    override func readEntries(_ buffer: IOBuffer, format: EntryFormat) throws(Errno) -> Int {
        let list = try snapshot()
        var used = 0
        while position < list.count {
            let entry = list[position]
            let record = Self.record(entry, next: UInt64(position + 1), format)
            guard record.count <= buffer.count - used else {
                guard used > 0 else { throw .EINVAL }
                break
            }
            try buffer.copyOut(record, at: used)
            used += record.count
            position += 1
        }
        return used
    }

    private func snapshot() throws(Errno) -> [DirectoryEntry] {
        if let entries { return entries }
        let above = node.parent ?? node
        var list = [
            DirectoryEntry(name: Bytes(text: "."), number: node.number, kind: .directory),
            DirectoryEntry(name: Bytes(text: ".."), number: above.number, kind: .directory),
        ]
        list.append(contentsOf: try node.listing(Caller(process: currentThread.process)))
        entries = list
        return list
    }

    /// `struct linux_dirent64`: number, next, length, type, name; `struct linux_dirent` has the type in its last byte.
    private static func record(_ entry: DirectoryEntry, next: UInt64, _ format: EntryFormat) -> Bytes {
        let fixed = format == .new ? 19 : 18
        let tail = format == .new ? 1 : 2
        let length = (fixed + entry.name.count + tail + 7) & ~7
        var writer = ByteWriter()
        writer.u64(entry.number)
        writer.u64(next)
        writer.u16(UInt16(truncatingIfNeeded: length))
        if format == .new { writer.u8(entry.kind.entryType) }
        writer.raw(entry.name)
        var record = writer.bytes
        while record.count < length { record.append(0) }
        if format == .old { record[length - 1] = entry.kind.entryType }
        return record
    }
}
