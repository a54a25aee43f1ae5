/// One receive on a local stream: goes over the records until the buffer is full, or something that came with the bytes ends it.
struct StreamReader {
    let wanted: Int
    let isPeek: Bool
    /// Bytes went out of the queue since the sender was told.
    var hasMoved = false
    /// Files came, or the sender changed: what follows belongs to the next receive.
    private(set) var isEnded = false
    private var credentials: LocalCredentials?

    init(wanted: Int, isPeek: Bool) {
        self.wanted = wanted
        self.isPeek = isPeek
    }

    mutating func read(
        _ queue: inout LocalQueue, to data: MessageData, _ received: inout ReceivedMessage, stopsAtSender: Bool
    ) throws(Errno) {
        if isPeek { return try peek(queue, to: data, &received, stopsAtSender: stopsAtSender) }
        while received.count < wanted, !queue.isEmpty, !isEnded {
            guard accepts(queue[0], stopsAtSender) else { return }
            let n = min(wanted - received.count, queue[0].length)
            try queue.copyOut(skip: 0, n, to: data, at: received.count)
            received.count += n
            let files = queue.takeFiles()
            queue.discard(n)
            hasMoved = true
            take(files, &received)
        }
    }

    private mutating func peek(
        _ queue: borrowing LocalQueue, to data: MessageData, _ received: inout ReceivedMessage, stopsAtSender: Bool
    ) throws(Errno) {
        received.count = 0
        var index = 0
        while received.count < wanted, index < queue.recordCount, !isEnded {
            let record = queue[index]
            guard accepts(record, stopsAtSender) else { return }
            let n = min(wanted - received.count, record.length)
            try queue.copyOut(skip: received.count, n, to: data, at: received.count)
            received.count += n
            index += 1
            guard !record.files.isEmpty else { continue }
            FlyingFiles.duplicated(record.files)
            received.files = record.files
            isEnded = true
        }
    }

    private mutating func take(_ files: [OpenFile], _ received: inout ReceivedMessage) {
        guard !files.isEmpty else { return }
        for file in files { FlyingFiles.landed(file) }
        received.files = files
        isEnded = true
    }

    private mutating func accepts(_ record: LocalQueue.Record, _ stopsAtSender: Bool) -> Bool {
        if stopsAtSender, let credentials, credentials != record.credentials {
            isEnded = true
            return false
        }
        credentials = record.credentials
        return true
    }

    func addCredentials(_ received: inout ReceivedMessage) {
        if let credentials { received.addCredentials(credentials) }
    }
}
