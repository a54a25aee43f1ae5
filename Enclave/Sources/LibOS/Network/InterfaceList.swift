import EnclaveRuntime
import Wire

/// The interfaces and addresses the host says there are: nothing of it can be checked but its form.
enum InterfaceList {
    /// BLOCKS.
    static func read() throws(Errno) -> [NetworkInterface] {
        guard kernel.hasNetwork else { return [] }
        var bytes: Bytes = []
        let result = Host.unlockedCall { area in
            let result = area.call(.networkInterfaces)
            if result > 0, result <= Int64(Host.limit) { bytes = area.read(count: Int(result)) }
            return result
        }
        guard result >= 0, Int64(bytes.count) == result else { throw .EIO }
        do throws(WireError) { return try NetworkInterface.decode(bytes) } catch { throw .EIO }
    }
}

extension NetworkInterface {
    private static let loopback: UInt32 = 0x8
    private static let broadcasts: UInt32 = 0x2

    var isLoopback: Bool { flags & Self.loopback != 0 }

    func mask(_ address: Address) -> Bytes {
        var mask = Bytes(repeating: 0, count: address.bytes.count)
        for bit in 0..<Int(address.prefix) { mask[bit / 8] |= 0x80 >> UInt8(bit % 8) }
        return mask
    }

    /// Of an IPv4 address on an interface that has such a thing.
    func broadcast(_ address: Address) -> Bytes? {
        guard flags & Self.broadcasts != 0, address.family == SocketFamily.internet, address.prefix < 31 else { return nil }
        let mask = mask(address)
        var bytes = address.bytes
        for index in 0..<bytes.count { bytes[index] |= ~mask[index] }
        return bytes
    }

    /// RT_SCOPE_HOST, RT_SCOPE_LINK or RT_SCOPE_UNIVERSE.
    func scope(_ address: Address) -> UInt8 {
        if isLoopback { return 254 }
        let bytes = address.bytes
        let isLink = address.family == SocketFamily.internet6 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
        return isLink ? 253 : 0
    }
}
