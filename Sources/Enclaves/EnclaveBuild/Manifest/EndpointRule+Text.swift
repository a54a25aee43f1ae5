import Wire

extension EndpointRule {
    /// `*`, or TRANSPORT:PORTS, or TRANSPORT:NETWORK:PORTS with an IPv6 network in brackets.
    public init?(text: String) {
        self.init()
        if text == "*" { return }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let number = ["tcp": UInt8(6), "udp": 17, "*": 0][parts[0]] else { return nil }
        transport = number
        var rest = parts[1]
        if let end = rest.lastIndex(of: ":") {
            guard setNetwork(rest[..<end]) else { return nil }
            rest = rest[rest.index(after: end)...]
        }
        guard setPorts(rest) else { return nil }
    }

    private mutating func setNetwork(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var address = parts[0]
        let isBracketed = address.hasPrefix("[") && address.hasSuffix("]")
        if isBracketed { address = address.dropFirst().dropLast() }
        if address == "*", parts.count == 1 { return true }
        guard let bytes = AddressText.parse(Array(address.utf8)), isBracketed == (bytes.count == 16) else { return false }
        let bits = parts.count == 2 ? AddressText.decimal(Array(parts[1].utf8)) : bytes.count * 8
        guard let bits, bits <= bytes.count * 8 else { return false }
        network = bytes
        prefix = UInt8(bits)
        return true
    }

    private mutating func setPorts(_ text: Substring) -> Bool {
        if text == "*" { return true }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let ports = parts.map { AddressText.decimal(Array($0.utf8)) }
        guard let first = ports.first.flatMap({ $0 }), let last = ports.last.flatMap({ $0 }), first >= 1, first <= last,
            last <= 65535
        else {
            return false
        }
        firstPort = UInt16(first)
        lastPort = UInt16(last)
        return true
    }
}
