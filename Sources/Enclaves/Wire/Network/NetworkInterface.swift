/// One network interface as the host tells of it; nothing of it can be checked but its shape.
///
/// Encoding: u32 count, then for each: u32 index, u32 flags (IFF_*), u32 MTU, u16 hardware type, name, hardware address,
/// u32 count of addresses; each u16 family, u8 prefix, its bytes. Byte strings have a u32 count.
public struct NetworkInterface: Equatable, Sendable {
    public static let mostInterfaces = 256
    public static let mostAddresses = 1024

    public struct Address: Equatable, Sendable {
        /// AF_INET (2) or AF_INET6 (10).
        public var family: UInt16
        public var bytes: [UInt8]
        public var prefix: UInt8

        public init(family: UInt16, bytes: [UInt8], prefix: UInt8) {
            self.family = family
            self.bytes = bytes
            self.prefix = prefix
        }

        /// Whether family, length and prefix go together.
        public var isValid: Bool {
            (family == 2 && bytes.count == 4 && prefix <= 32) || (family == 10 && bytes.count == 16 && prefix <= 128)
        }
    }

    public var index: UInt32
    public var name: [UInt8]
    public var flags: UInt32
    public var mtu: UInt32 = 0
    public var hardwareType: UInt16 = 0
    public var hardwareAddress: [UInt8] = []
    public var addresses: [Address] = []

    public init(index: UInt32, name: [UInt8], flags: UInt32) {
        self.index = index
        self.name = name
        self.flags = flags
    }

    public static func encode(_ interfaces: [NetworkInterface]) -> [UInt8] {
        var writer = ByteWriter()
        writer.u32(UInt32(interfaces.count))
        for interface in interfaces { interface.encode(into: &writer) }
        return writer.bytes
    }

    /// Refuses what no host has: more than a few hundred, names that are no names, addresses of other families.
    public static func decode(_ bytes: [UInt8]) throws(WireError) -> [NetworkInterface] {
        var reader = ByteReader(bytes)
        let count = Int(try reader.u32())
        guard count <= mostInterfaces else { throw .tooLong }
        var interfaces: [NetworkInterface] = []
        for _ in 0..<count {
            let interface = try NetworkInterface(from: &reader)
            guard interface.index != 0, !interfaces.contains(where: { $0.index == interface.index }) else { throw .badValue }
            interfaces.append(interface)
        }
        guard reader.remaining == 0 else { throw .trailingBytes }
        return interfaces
    }

    private func encode(into writer: inout ByteWriter) {
        writer.u32(index)
        writer.u32(flags)
        writer.u32(mtu)
        writer.u16(hardwareType)
        writer.counted(name)
        writer.counted(hardwareAddress)
        writer.u32(UInt32(addresses.count))
        for address in addresses {
            writer.u16(address.family)
            writer.u8(address.prefix)
            writer.counted(address.bytes)
        }
    }

    private init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.u32()
        flags = try reader.u32()
        mtu = try reader.u32()
        hardwareType = try reader.u16()
        name = try reader.bytes(limit: 15)
        guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f }) else { throw .badValue }
        hardwareAddress = try reader.bytes(limit: 8)
        let count = Int(try reader.u32())
        guard count <= Self.mostAddresses else { throw .tooLong }
        for _ in 0..<count {
            let family = try reader.u16()
            let prefix = try reader.u8()
            let address = Address(family: family, bytes: try reader.bytes(limit: 16), prefix: prefix)
            guard address.isValid else { throw .badValue }
            addresses.append(address)
        }
    }
}
