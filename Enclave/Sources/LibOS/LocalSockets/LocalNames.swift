/// Which local socket stands behind an abstract name, and behind the file that binding made.
enum LocalNames {
    /// Bound sockets by hash of the name or the file.
    nonisolated(unsafe) private static var table = IntegerTable<[LocalSocket]>()
    nonisolated(unsafe) private static var lastAutomatic: UInt32 = 0

    /// As in Linux, sockets of different types do not see each other's abstract names.
    private static func key(_ name: Bytes, _ type: SocketType) -> UInt64 { PathName(name).hash(seed: UInt64(type.rawValue)) }
    private static func key(_ node: Node) -> UInt64 { node.number &* 0x9e37_79b9 ^ node.fileSystem.device << 48 }

    // MARK: Looking

    static func socket(named name: Bytes, _ type: SocketType) -> LocalSocket? {
        guard let list = table[key(name, type)] else { return nil }
        for socket in list where socket.type == type {
            if case .abstract(let other) = socket.address, other == name { return socket }
        }
        return nil
    }

    /// The socket that was bound to this file, if it is still open.
    static func socket(at node: Node) -> LocalSocket? {
        guard let list = table[key(node)] else { return nil }
        for socket in list {
            guard let own = socket.boundNode else { continue }
            if own.number == node.number, own.fileSystem.device == node.fileSystem.device { return socket }
        }
        return nil
    }

    /// All that have a name.
    static var all: [LocalSocket] {
        var sockets: [LocalSocket] = []
        table.forEach { sockets += $1 }
        return sockets
    }

    // MARK: Changing

    static func add(_ socket: LocalSocket, abstract name: Bytes) throws(Errno) {
        guard self.socket(named: name, socket.type) == nil else { throw .EADDRINUSE }
        socket.address = .abstract(name)
        insert(socket, key(name, socket.type))
    }

    static func add(_ socket: LocalSocket, path: Bytes, _ node: Node) {
        socket.address = .path(path)
        socket.boundNode = node
        insert(socket, key(node))
    }

    /// An abstract name of five hexadecimal digits that is free.
    static func addAutomatic(_ socket: LocalSocket) throws(Errno) {
        for _ in 0..<(1 << 20) {
            lastAutomatic = (lastAutomatic + 1) & 0xfffff
            var name: Bytes = []
            for digit in 0..<5 {
                let nibble = UInt8(lastAutomatic >> UInt32(16 - digit * 4) & 15)
                name.append(nibble < 10 ? 48 + nibble : 87 + nibble)
            }
            guard self.socket(named: name, socket.type) == nil else { continue }
            return try add(socket, abstract: name)
        }
        throw .ENOSPC
    }

    static func remove(_ socket: LocalSocket) {
        let place: UInt64
        switch socket.address {
        case .abstract(let name): place = key(name, socket.type)
        case .path:
            guard let node = socket.boundNode else { return }
            place = key(node)
        default: return
        }
        guard var list = table[place], let index = list.firstIndex(where: { $0 === socket }) else { return }
        list.remove(at: index)
        if list.isEmpty { table.remove(place) } else { table.set(place, list) }
        socket.boundNode = nil
    }

    private static func insert(_ socket: LocalSocket, _ key: UInt64) {
        var list = table[key] ?? []
        list.append(socket)
        table.set(key, list)
    }
}
