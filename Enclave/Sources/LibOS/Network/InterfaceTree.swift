import Wire

/// /sys/class/net: a directory for each interface the host tells of.
final class InterfaceTree: GeneratedDirectory {
    private var directories: [(name: Bytes, node: GeneratedDirectory)] = []

    init(_ fileSystem: FileSystem) { super.init(fileSystem) }

    /// BLOCKS.
    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        for interface in try InterfaceList.read() where name.equals(interface.name) { return directory(interface.name) }
        return nil
    }

    /// BLOCKS.
    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        try InterfaceList.read().map {
            DirectoryEntry(name: $0.name, number: directory($0.name).number, kind: .directory)
        }
    }

    /// The same node for a name, so that file numbers stay.
    private func directory(_ name: Bytes) -> GeneratedDirectory {
        for known in directories where known.name == name { return known.node }
        let directory = GeneratedDirectory(fileSystem)
        directory.parent = self
        directory.name = name
        Self.fill(directory, name)
        directories.append((name: name, node: directory))
        return directory
    }

    private static func fill(_ directory: GeneratedDirectory, _ name: Bytes) {
        func file(_ file: StaticString, _ make: @escaping (NetworkInterface, inout TextBuilder) -> Void) {
            directory.add(file) { () throws(Errno) in
                guard let interface = try InterfaceList.read().first(where: { $0.name == name }) else { throw .ENODEV }
                var text = TextBuilder()
                make(interface, &text)
                text.add("\n")
                return text.bytes
            }
        }
        file("address") { add($0.hardwareAddress, to: &$1) }
        file("broadcast") { add(Bytes(repeating: $0.isLoopback ? 0 : 0xff, count: $0.hardwareAddress.count), to: &$1) }
        file("ifindex") { $1.add($0.index) }
        file("iflink") { $1.add($0.index) }
        file("mtu") { $1.add($0.mtu) }
        file("type") { $1.add(UInt64($0.hardwareType)) }
        file("addr_len") { $1.add($0.hardwareAddress.count) }
        file("tx_queue_len") { $1.add("1000") }
        file("flags") { (interface, text) in
            text.add("0x")
            text.add(hex: UInt64(interface.flags & 0xffbf), digits: 1)
        }
        file("operstate") { $1.add($0.isLoopback ? "unknown" : $0.flags & 1 != 0 ? "up" : "down") }
        file("carrier") { $1.add($0.flags & 1 != 0 ? "1" : "0") }
    }

    private static func add(_ address: Bytes, to text: inout TextBuilder) {
        for index in 0..<address.count {
            if index > 0 { text.add(":") }
            text.add(hex: UInt64(address[index]), digits: 2)
        }
    }
}
