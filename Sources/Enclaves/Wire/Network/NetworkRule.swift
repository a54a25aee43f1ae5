/// What the manifest says of the network.
///
/// Encoding: u8 mode, u8 names, name servers as a list of byte strings, two lists of `EndpointRule`; counts are u32.
public struct NetworkRule: Equatable, Sendable {
    public enum Mode: UInt8, Sendable {
        /// No sockets but those that stay inside.
        case none = 0
        /// The host's network.
        case host = 1
    }

    /// Where /etc/resolv.conf, /etc/hosts and /etc/hostname come from.
    public enum Names: UInt8, Sendable {
        case image = 0
        /// What the host has there, as far as it has the form of such a file.
        case host = 1
    }

    public static let mostRules = 1024
    /// resolv.conf has no more.
    public static let mostNameServers = 3

    public var mode: Mode = .host
    public var names: Names = .host
    /// Addresses of 4 or 16 bytes, which take the place of those the host or the image names.
    public var nameServers: [[UInt8]] = []
    /// Where the program may be reached.
    public var listen: [EndpointRule] = [EndpointRule()]
    /// Whom it may reach.
    public var connect: [EndpointRule] = [EndpointRule()]

    public init() {}

    func encode(into writer: inout ByteWriter) {
        writer.u8(mode.rawValue)
        writer.u8(names.rawValue)
        writer.list(nameServers)
        for rules in [listen, connect] {
            writer.u32(UInt32(rules.count))
            for rule in rules { rule.encode(into: &writer) }
        }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        guard let mode = Mode(rawValue: try reader.u8()), let names = Names(rawValue: try reader.u8()) else { throw .badValue }
        self.mode = mode
        self.names = names
        nameServers = try reader.list(limit: Self.mostNameServers, each: 16)
        guard nameServers.allSatisfy({ $0.count == 4 || $0.count == 16 }) else { throw .badValue }
        listen = try Self.rules(&reader)
        connect = try Self.rules(&reader)
    }

    private static func rules(_ reader: inout ByteReader) throws(WireError) -> [EndpointRule] {
        let count = try reader.u32()
        guard count <= mostRules else { throw .tooLong }
        var rules: [EndpointRule] = []
        for _ in 0..<count { rules.append(try EndpointRule(from: &reader)) }
        return rules
    }
}
