import NIOCore

/// Where a service listens: `host:port`, an IPv6 address in brackets.
public struct ServiceAddress: Equatable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int

    public init(_ text: String) throws(EvidenceClientError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            throw .badAddress(text)
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        let isPlain = host.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/[]@".utf8.contains($0) }
        guard !host.isEmpty, host.utf8.count <= 253, isPlain, isBracketed == host.contains(":") else { throw .badAddress(text) }
        self.host = String(host)
        self.port = Int(port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The name that the handshake asks for; an address is none.
    var serverName: String? { (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil }
}
