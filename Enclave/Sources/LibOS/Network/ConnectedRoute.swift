import Wire

/// A route that follows from an interface's address: to its network, or to the address itself.
///
/// Those are the ones a kernel makes by itself. What else the host routes by, such as its way to other networks, is not known inside.
struct ConnectedRoute {
    let interface: NetworkInterface
    let address: NetworkInterface.Address
    /// To the address itself, in the table of what is local.
    let isLocal: Bool

    var prefix: UInt8 { isLocal && !(interface.isLoopback && isInternet) ? UInt8(address.bytes.count * 8) : address.prefix }

    var isInternet: Bool { address.family == SocketFamily.internet }

    /// The first address of the network.
    var destination: Bytes {
        guard !isLocal || (interface.isLoopback && isInternet) else { return address.bytes }
        let mask = interface.mask(address)
        var bytes = address.bytes
        for index in 0..<bytes.count { bytes[index] &= mask[index] }
        return bytes
    }

    /// BLOCKS.
    static func all() throws(Errno) -> [ConnectedRoute] {
        var routes: [ConnectedRoute] = []
        for interface in try InterfaceList.read() {
            for address in interface.addresses {
                routes.append(ConnectedRoute(interface: interface, address: address, isLocal: true))
                // The loopback network of IPv4 is all local.
                let hasNetwork = !(interface.isLoopback && address.family == SocketFamily.internet)
                guard hasNetwork, Int(address.prefix) < address.bytes.count * 8 else { continue }
                routes.append(ConnectedRoute(interface: interface, address: address, isLocal: false))
            }
        }
        return routes
    }
}
