import Wire

/// The requests of `ioctl` that ask for interfaces, which any socket answers.
///
/// `struct ifreq`: 16 bytes of name, then what is told or asked, 24 bytes.
enum InterfaceRequests {
    private static let requestLength = 40
    private static let nameLength = 16

    /// `nil` for requests of another kind.
    ///
    /// BLOCKS.
    static func answer(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64? {
        switch request {
        case 0x8912: try tellAddresses(argument)
        case 0x8910: try tellName(argument)
        case 0x8913, 0x8915, 0x8917, 0x8919, 0x891b, 0x891d, 0x8921, 0x8927, 0x8933, 0x8942: try tell(request, argument)
        // SIOCSIF...: addresses and flags are the host's.
        case 0x8914, 0x8916, 0x8918, 0x891a, 0x891c, 0x891e, 0x8922, 0x8924: throw .EPERM
        default: return nil
        }
        return 0
    }

    private static func tell(_ request: UInt64, _ argument: UInt64) throws(Errno) {
        let name = Bytes(try userBytes(argument, nameLength).prefix { $0 != 0 })
        // An alias has its interface's properties.
        let plain = name.prefix { $0 != 0x3a }
        guard let interface = try InterfaceList.read().first(where: { $0.name[...] == plain }) else { throw .ENODEV }
        var value = try value(request, of: interface)
        while value.count < 4 { value.append(0) }
        try userStoreBytes(value, to: argument &+ UInt64(nameLength))
    }

    private static func value(_ request: UInt64, of interface: NetworkInterface) throws(Errno) -> Bytes {
        switch request {
        case 0x8913: return [UInt8(truncatingIfNeeded: interface.flags), UInt8(truncatingIfNeeded: interface.flags >> 8)]
        case 0x891d: return Bytes(word: 0)
        case 0x8921: return Bytes(word: Int32(bitPattern: interface.mtu))
        case 0x8933: return Bytes(word: Int32(bitPattern: interface.index))
        case 0x8942: return Bytes(word: 1000)
        case 0x8927:
            var address = interface.hardwareAddress
            while address.count < 14 { address.append(0) }
            return [UInt8(truncatingIfNeeded: interface.hardwareType), UInt8(interface.hardwareType >> 8)] + address
        default: break
        }
        guard let address = interface.addresses.first(where: { $0.family == SocketFamily.internet }) else { throw .EADDRNOTAVAIL }
        switch request {
        case 0x8919: return socketAddress(interface.broadcast(address) ?? [0, 0, 0, 0])
        case 0x891b: return socketAddress(interface.mask(address))
        default: return socketAddress(address.bytes)
        }
    }

    private static func socketAddress(_ host: Bytes) -> Bytes { [2, 0, 0, 0] + host + Bytes(repeating: 0, count: 8) }

    private static func tellName(_ argument: UInt64) throws(Errno) {
        let index = try userLoad(argument &+ UInt64(nameLength), as: UInt32.self)
        guard let interface = try InterfaceList.read().first(where: { $0.index == index }) else { throw .ENODEV }
        try userStoreBytes(padded(interface.name), to: argument)
    }

    private static func padded(_ name: Bytes) -> Bytes { name + Bytes(repeating: 0, count: nameLength - name.count) }

    /// SIOCGIFCONF: `struct ifconf` with the room there is, which becomes what was used; without a buffer, what would be.
    private static func tellAddresses(_ argument: UInt64) throws(Errno) {
        let room = try userLoad(argument, as: Int32.self)
        let buffer = try userLoad(argument &+ 8, as: UInt64.self)
        var records: Bytes = []
        for interface in try InterfaceList.read() {
            for address in interface.addresses where address.family == SocketFamily.internet {
                records += padded(interface.name) + socketAddress(address.bytes) + Bytes(repeating: 0, count: 8)
            }
        }
        if buffer != 0 {
            let count = min(records.count, max(0, Int(room))) / requestLength * requestLength
            records = Bytes(records[0..<count])
            try userStoreBytes(records, to: buffer)
        }
        try userStore(Int32(records.count), to: argument)
    }
}
