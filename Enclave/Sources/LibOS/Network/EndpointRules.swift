import Wire

/// What the manifest lets sockets do, asked before the host is.
enum EndpointRules {
    nonisolated(unsafe) private static var refusalsLogged = 0
    private static let mostLogged = 16
    private static let everything = [EndpointRule()]

    /// A port that the host chooses needs no rule until somebody may connect to it.
    static func requireBinding(_ protocolNumber: Int32, to address: SocketAddress) throws(Errno) {
        let rules = kernel.configuration.network.listen
        guard rules != everything else { return }
        guard let endpoint = InternetAddress(address) else { throw .EACCES }
        if endpoint.port == 0 { return }
        let transport = UInt8(truncatingIfNeeded: protocolNumber)
        guard !rules.contains(where: { $0.allows(transport, endpoint.host, endpoint.port) }) else { return }
        try refuse("network.listen", endpoint)
    }

    /// `address` is what the socket was bound to, if it was.
    static func requireListening(_ protocolNumber: Int32, at address: SocketAddress?, family: UInt16) throws(Errno) {
        let rules = kernel.configuration.network.listen
        guard rules != everything else { return }
        let unbound = SocketAddress(family: family, body: Bytes(repeating: 0, count: InternetAddress.length6))
        guard let endpoint = InternetAddress(address ?? unbound) else { throw .EACCES }
        if endpoint.port != 0 { return }
        let transport = UInt8(truncatingIfNeeded: protocolNumber)
        guard !rules.contains(where: { $0.allowsAnyPort(transport, endpoint.host) }) else { return }
        try refuse("network.listen", endpoint)
    }

    static func requireReaching(_ protocolNumber: Int32, _ address: SocketAddress) throws(Errno) {
        let rules = kernel.configuration.network.connect
        guard rules != everything else { return }
        guard let endpoint = InternetAddress(address) else { throw .EACCES }
        let transport = UInt8(truncatingIfNeeded: protocolNumber)
        guard !rules.contains(where: { $0.allows(transport, endpoint.host, endpoint.port) }) else { return }
        try refuse("network.connect", endpoint)
    }

    /// The error that Landlock has for this; the first few are logged.
    private static func refuse(_ key: StaticString, _ endpoint: InternetAddress) throws(Errno) -> Never {
        if refusalsLogged < mostLogged {
            refusalsLogged += 1
            var line = TextBuilder("the manifest's ")
            line.add(key)
            line.add(" has no rule for ")
            line.add(AddressText.write(endpoint.host))
            line.add(" port ")
            line.add(Int(endpoint.port))
            Host.log(.warning, line.bytes)
        }
        throw .EACCES
    }
}
