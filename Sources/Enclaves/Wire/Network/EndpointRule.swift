/// Which transport, addresses and ports a program may use.
public struct EndpointRule: Equatable, Sendable {
    /// IPPROTO_TCP or IPPROTO_UDP; 0: any.
    public var transport: UInt8 = 0
    /// 4 or 16 bytes, of which the first `prefix` bits count; none: any address.
    public var network: [UInt8] = []
    public var prefix: UInt8 = 0
    public var firstPort: UInt16 = 0
    public var lastPort: UInt16 = .max

    /// Everything is allowed.
    public init() {}

    /// Whether the rule covers a port of an address of 4 or 16 bytes; one that IPv6 maps to IPv4 counts as that.
    public func allows(_ transport: UInt8, _ address: [UInt8], _ port: UInt16) -> Bool {
        allows(transport, address) && firstPort <= port && port <= lastPort
    }

    /// Whether it covers whatever port is free.
    public func allowsAnyPort(_ transport: UInt8, _ address: [UInt8]) -> Bool {
        allows(transport, address) && firstPort <= 1 && lastPort == .max
    }

    private func allows(_ transport: UInt8, _ address: [UInt8]) -> Bool {
        guard self.transport == 0 || self.transport == transport else { return false }
        if network.isEmpty { return true }
        let plain = Self.unmapped(address)
        guard plain.count == network.count, Int(prefix) <= network.count * 8 else { return false }
        for bit in 0..<Int(prefix) where (plain[bit / 8] ^ network[bit / 8]) >> UInt8(7 - bit % 8) & 1 != 0 { return false }
        return true
    }

    private static func unmapped(_ address: [UInt8]) -> [UInt8] {
        guard address.count == 16, address[0..<10].allSatisfy({ $0 == 0 }), address[10] == 0xff, address[11] == 0xff else {
            return address
        }
        return [UInt8](address[12...])
    }
}

extension EndpointRule {
    /// u8 transport, u8 prefix, u16 first and u16 last port, the network with a u32 count.
    func encode(into writer: inout ByteWriter) {
        writer.u8(transport)
        writer.u8(prefix)
        writer.u16(firstPort)
        writer.u16(lastPort)
        writer.counted(network)
    }

    init(from reader: inout ByteReader) throws(WireError) {
        transport = try reader.u8()
        prefix = try reader.u8()
        firstPort = try reader.u16()
        lastPort = try reader.u16()
        network = try reader.bytes(limit: 16)
        guard [0, 6, 17].contains(transport), [0, 4, 16].contains(network.count), Int(prefix) <= network.count * 8 else {
            throw .badValue
        }
        guard firstPort <= lastPort else { throw .badValue }
    }
}
