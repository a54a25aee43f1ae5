import Wire

/// /proc/net/tcp and its kin: the sockets of the enclave, and none of the host's.
///
/// Their queues are the host's to know and shown empty.
enum SocketTexts {
    static func add(to directory: GeneratedDirectory) {
        add("tcp", to: directory, SocketFamily.internet, InternetProtocol.tcp)
        add("tcp6", to: directory, SocketFamily.internet6, InternetProtocol.tcp)
        add("udp", to: directory, SocketFamily.internet, InternetProtocol.udp)
        add("udp6", to: directory, SocketFamily.internet6, InternetProtocol.udp)
        directory.add("unix") { () throws(Errno) in local() }
    }

    private static func add(_ name: StaticString, to directory: GeneratedDirectory, _ family: UInt16, _ number: Int32) {
        directory.add(name) { () throws(Errno) in internet(family, number) }
    }

    // MARK: TCP and UDP

    private static let established: UInt8 = 1
    private static let closed: UInt8 = 7
    private static let listening: UInt8 = 10

    /// BLOCKS.
    private static func internet(_ family: UInt16, _ number: Int32) -> Bytes {
        let isTCP = number == InternetProtocol.tcp
        var text = TextBuilder("  sl  local_address ")
        if family == SocketFamily.internet6 { text.pad(24, with: 32) }
        text.add(family == SocketFamily.internet6 ? "remote_address" : "rem_address  ")
        if family == SocketFamily.internet6 { text.pad(24, with: 32) }
        text.add(" st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")
        if !isTCP { text.add(" ref pointer drops") }
        text.end(at: family == SocketFamily.internet6 ? text.bytes.count + 1 : isTCP ? 150 : 128)
        var place = 0
        for socket in HostEvents.allSockets where socket.family == family && socket.protocolNumber == number {
            guard let line = line(socket, place, isTCP: isTCP) else { continue }
            text.add(line)
            place += 1
        }
        return text.bytes
    }

    /// `nil` for one that has no address yet.
    private static func line(_ socket: HostSocket, _ place: Int, isTCP: Bool) -> Bytes? {
        guard let own = try? socket.name(), let name = InternetAddress(own), name.port != 0 else { return nil }
        let peer = socket.isListening ? nil : (try? socket.name(ofPeer: true)).flatMap { InternetAddress($0) }
        let state = socket.isListening ? listening : peer != nil ? established : closed
        var text = TextBuilder()
        text.add(UInt64(place), width: isTCP ? 4 : 5)
        text.add(": ")
        add(name.host, name.port, to: &text)
        text.add(" ")
        add(peer?.host ?? Bytes(repeating: 0, count: name.host.count), peer?.port ?? 0, to: &text)
        text.add(" ")
        text.add(upper: state)
        text.add(" 00000000:00000000 00:00000000 00000000 ")
        text.add(UInt64(currentThread.process.uid), width: 5)
        text.add("        0 ")
        text.add(socket.node.number)
        text.add(isTCP ? " 1 0000000000000000 100 0 0 10 0" : " 2 0000000000000000 0")
        if name.host.count == 4 { text.end(at: isTCP ? 150 : 128) } else { text.add("\n") }
        return text.bytes
    }

    private static func add(_ host: Bytes, _ port: UInt16, to text: inout TextBuilder) {
        text.add(reversed: host)
        text.add(":")
        text.add(upper: UInt8(port >> 8))
        text.add(upper: UInt8(port & 0xff))
    }

    // MARK: Local sockets

    private static func local() -> Bytes {
        var text = TextBuilder("Num       RefCount Protocol Flags    Type St Inode Path\n")
        for socket in LocalNames.all {
            text.add("0000000000000000: 00000002 00000000 ")
            // __SO_ACCEPTCON.
            text.add(hex: socket.isListening ? 0x10000 : 0, digits: 8)
            text.add(" ")
            text.add(hex: UInt64(socket.type.rawValue), digits: 4)
            text.add(" 01 ")
            text.add(socket.node.number, width: 5)
            switch socket.address {
            case .path(let path):
                text.add(" ")
                text.add(path)
            case .abstract(let name):
                text.add(" @")
                text.add(name)
            default: break
            }
            text.add("\n")
        }
        return text.bytes
    }
}
