import Wire

/// /proc/net/route and /proc/net/ipv6_route.
enum RouteTexts {
    static func add(to directory: GeneratedDirectory) {
        directory.add("route") { () throws(Errno) in internet(try ConnectedRoute.all()) }
        directory.add("ipv6_route") { () throws(Errno) in internet6(try ConnectedRoute.all()) }
    }

    /// Only the main table, with addresses as the processor has them.
    private static func internet(_ routes: [ConnectedRoute]) -> Bytes {
        var text = TextBuilder("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT")
        text.end(at: 128)
        for route in routes where route.isInternet && !route.isLocal {
            var line = TextBuilder()
            line.add(route.interface.name)
            line.add("\t")
            line.add(reversed: route.destination)
            line.add("\t00000000\t0001\t0\t0\t0\t")
            line.add(reversed: route.interface.mask(route.address))
            line.add("\t0\t0\t0")
            line.end(at: 128)
            text.add(line.bytes)
        }
        return text.bytes
    }

    private static func internet6(_ routes: [ConnectedRoute]) -> Bytes {
        var text = TextBuilder()
        let nowhere = Bytes(repeating: 0, count: 16)
        for route in routes where !route.isInternet {
            text.add(digits: route.destination)
            text.add(" ")
            text.add(hex: UInt64(route.prefix), digits: 2)
            text.add(" ")
            text.add(digits: nowhere)
            text.add(" 00 ")
            text.add(digits: nowhere)
            text.add(route.isLocal ? " 00000000 00000002 00000000 80200001 " : " 00000100 00000001 00000000 00000001 ")
            text.pad(8 - route.interface.name.count, with: 32)
            text.add(route.interface.name)
            text.add("\n")
        }
        return text.bytes
    }
}

extension TextBuilder {
    /// Ends a line that is so many bytes long, blanks before the end.
    mutating func end(at length: Int) {
        pad(length - 1 - bytes.count, with: 32)
        add("\n")
    }

    /// An address, each four bytes of it as the number a little-endian processor makes of them.
    mutating func add(reversed address: Bytes) {
        for start in stride(from: 0, to: address.count, by: 4) {
            for index in (start..<start + 4).reversed() { add(upper: address[index]) }
        }
    }

    mutating func add(digits address: Bytes) {
        for byte in address { add(hex: UInt64(byte), digits: 2) }
    }

    /// Two hexadecimal digits, capitals.
    mutating func add(upper value: UInt8) {
        for nibble in [value >> 4, value & 15] { add(byte: nibble < 10 ? 48 + nibble : 55 + nibble) }
    }
}
