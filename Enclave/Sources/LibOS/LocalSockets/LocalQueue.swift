/// What waits at a local socket to be received: the bytes, and for each message what came with it.
///
/// In a stream, sends with nothing but bytes run together; files that were sent mark a place in it.
struct LocalQueue: ~Copyable {
    struct Record {
        /// Bytes not yet received.
        var length: Int
        let source: SocketAddress?
        let credentials: LocalCredentials
        var files: [OpenFile]
    }

    /// What the kernel charges a message besides its bytes, so that empty ones are not free.
    private static let recordCost = 512

    private var ring = ByteRing()
    private var records: [Record] = []
    private var first = 0

    init() {}

    var byteCount: Int { ring.count }
    var recordCount: Int { records.count - first }
    var isEmpty: Bool { first == records.count }

    /// What counts against the sender's buffer.
    var cost: Int { ring.count + recordCount * Self.recordCost }

    static func cost(_ length: Int) -> Int { length + recordCost }

    subscript(_ index: Int) -> Record { records[first + index] }

    // MARK: Putting

    /// One message with its boundaries, whole or not at all.
    mutating func append(_ message: MessageData, _ record: Record) throws(Errno) {
        try ring.reserve(record.length)
        try ring.stage(message, from: 0, record.length)
        ring.commit(record.length)
        records.append(record)
    }

    /// Bytes of a stream that begin at `start` of the message.
    mutating func append(_ message: MessageData, from start: Int, stream record: Record) throws(Errno) {
        try ring.reserve(record.length)
        try ring.stage(message, from: start, record.length)
        ring.commit(record.length)
        let last = records.count - 1
        if last >= first, record.files.isEmpty, records[last].files.isEmpty, records[last].credentials == record.credentials {
            records[last].length += record.length
        } else {
            records.append(record)
        }
    }

    // MARK: Taking

    func copyOut(skip: Int, _ n: Int, to data: MessageData, at place: Int) throws(Errno) {
        try ring.copyOut(skip: skip, n, to: data, at: place)
    }

    /// The files of the first record, which has them no longer.
    mutating func takeFiles() -> [OpenFile] {
        let files = records[first].files
        if !files.isEmpty { records[first].files = [] }
        return files
    }

    /// Bytes of the first record that were received; the record goes with the last one.
    mutating func discard(_ n: Int) {
        ring.discard(n)
        records[first].length -= n
        if records[first].length == 0 { removeFirst() }
    }

    /// The first record, whatever is left of it.
    mutating func dropFirst() {
        ring.discard(records[first].length)
        removeFirst()
    }

    private mutating func removeFirst() {
        first += 1
        if first == records.count {
            records.removeAll(keepingCapacity: records.count < 64)
            first = 0
        } else if first > 64, first * 2 > records.count {
            records.removeFirst(first)
            first = 0
        }
    }

    /// Empties it; the files that nobody will receive.
    mutating func removeAll() -> [OpenFile] {
        var files: [OpenFile] = []
        for index in first..<records.count { files.append(contentsOf: records[index].files) }
        records = []
        first = 0
        ring.clear()
        return files
    }

    func forEachFile(_ body: (OpenFile) -> Void) {
        for index in first..<records.count {
            for file in records[index].files { body(file) }
        }
    }
}
