import Wire

/// The files of /proc/net; those that tell of interfaces are here.
enum NetworkTexts {
    static func add(to directory: GeneratedDirectory) {
        SocketTexts.add(to: directory)
        RouteTexts.add(to: directory)
        directory.add("dev") { () throws(Errno) in devices(try InterfaceList.read()) }
        directory.add("if_inet6") { () throws(Errno) in addresses(try InterfaceList.read()) }
    }

    /// Nobody inside counts packets.
    private static func devices(_ interfaces: [NetworkInterface]) -> Bytes {
        var text = TextBuilder("Inter-|   Receive                                                |  Transmit\n")
        text.add(
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
        )
        for interface in interfaces {
            text.pad(6 - interface.name.count, with: 32)
            text.add(interface.name)
            text.add(
                ":       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n"
            )
        }
        return text.bytes
    }

    private static func addresses(_ interfaces: [NetworkInterface]) -> Bytes {
        var text = TextBuilder()
        for interface in interfaces {
            for address in interface.addresses where address.family == SocketFamily.internet6 {
                for byte in address.bytes { text.add(hex: UInt64(byte), digits: 2) }
                // IPV6_ADDR_LOOPBACK, IPV6_ADDR_LINKLOCAL; then IFA_F_PERMANENT.
                let scope: UInt64 = interface.isLoopback ? 0x10 : interface.scope(address) == 253 ? 0x20 : 0
                for value in [UInt64(interface.index), UInt64(address.prefix), scope, 0x80] {
                    text.add(" ")
                    text.add(hex: value, digits: 2)
                }
                text.add(" ")
                text.pad(8 - interface.name.count, with: 32)
                text.add(interface.name)
                text.add("\n")
            }
        }
        return text.bytes
    }
}
