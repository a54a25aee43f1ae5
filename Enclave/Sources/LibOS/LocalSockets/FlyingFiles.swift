/// Open files on their way in messages of local sockets (SCM_RIGHTS).
///
/// Each message holds a reference to each of its files. Sockets that only messages refer to, and that only each other could receive, are
/// found and emptied when a socket is closed: otherwise a socket sent through itself would stay for ever.
enum FlyingFiles {
    /// The most one message carries.
    static let most = 253

    /// Local sockets that messages refer to, each once.
    nonisolated(unsafe) private static var sockets: [LocalSocket] = []
    nonisolated(unsafe) private static var count = 0

    /// The files a program sends; each gets a reference.
    static func take(_ data: Bytes, from process: Process) throws(Errno) -> [OpenFile] {
        guard data.count / 4 <= most else { throw .EINVAL }
        var files: [OpenFile] = []
        for index in 0..<data.count / 4 { files.append(try process.descriptors.get(data.word(at: index * 4) ?? -1)) }
        guard process.euid == 0 || UInt64(count + files.count) <= process.limits[7].soft else { throw .ETOOMANYREFS }
        for file in files { started(file) }
        return files
    }

    private static func started(_ file: OpenFile) {
        file.descriptorAdded()
        count += 1
        guard let socket = file as? LocalSocket else { return }
        if socket.inFlight == 0 { sockets.append(socket) }
        socket.inFlight += 1
    }

    /// Out of its message; the reference is the receiver's now.
    static func landed(_ file: OpenFile) {
        count -= 1
        guard let socket = file as? LocalSocket else { return }
        socket.inFlight -= 1
        guard socket.inFlight == 0 else { return }
        if let place = sockets.firstIndex(where: { $0 === socket }) { sockets.remove(at: place) }
    }

    /// A message that peeks gets references of its own.
    static func duplicated(_ files: [OpenFile]) { for file in files { file.descriptorAdded() } }

    // MARK: Cycles

    nonisolated(unsafe) private static var collecting = false

    /// Empties the sockets that nobody can reach any more.
    static func collect() {
        guard !sockets.isEmpty, !collecting else { return }
        collecting = true
        defer { collecting = false }
        var reached: [LocalSocket] = []
        // What a socket holds that is itself not in flight can be received: only candidates have to be looked into.
        var candidates: [LocalSocket] = []
        for socket in sockets {
            if socket.descriptors == socket.inFlight { candidates.append(socket) } else { reached.append(socket) }
        }
        guard !candidates.isEmpty else { return }
        let heldByCandidates = references(within: candidates)
        for (index, socket) in candidates.enumerated() where heldByCandidates[index] < socket.inFlight { reached.append(socket) }
        follow(&reached, candidates)
        for socket in candidates where !reached.contains(where: { $0 === socket }) { socket.abandonMessages() }
    }

    /// How many references to each candidate are in messages that wait at candidates.
    private static func references(within candidates: [LocalSocket]) -> [Int] {
        var counts = [Int](repeating: 0, count: candidates.count)
        for holder in candidates {
            holder.forEachWaitingFile { file in
                if let place = candidates.firstIndex(where: { $0 === file }) { counts[place] += 1 }
            }
        }
        return counts
    }

    /// Adds to `reached` what the messages there refer to.
    private static func follow(_ reached: inout [LocalSocket], _ candidates: [LocalSocket]) {
        var next = 0
        while next < reached.count {
            var found: [LocalSocket] = []
            reached[next].forEachWaitingFile { file in
                if let candidate = candidates.first(where: { $0 === file }) { found.append(candidate) }
            }
            for socket in found where !reached.contains(where: { $0 === socket }) { reached.append(socket) }
            next += 1
        }
    }
}

extension LocalSocket {
    /// Files in messages here, and at connections that wait here to be accepted.
    func forEachWaitingFile(_ body: (OpenFile) -> Void) {
        incoming.forEachFile(body)
        for connection in waiting { connection.incoming.forEachFile(body) }
    }

    /// Drops what waits here, which nobody will receive.
    func abandonMessages() {
        var files = incoming.removeAll()
        for connection in waiting { files.append(contentsOf: connection.incoming.removeAll()) }
        for file in files { FlyingFiles.landed(file) }
        for file in files { file.descriptorRemoved() }
    }
}
