import CLinux
import Glibc
import Linux
import Wire

/// The network interfaces of the namespace the enclave's host half is in.
enum HostInterfaces {
    static func serve(_ call: CallView) -> Int64 {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return -Int64(errno) }
        defer { freeifaddrs(first) }
        var records: [NetworkInterface] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            add(entry.pointee, to: &records)
        }
        return call.answer(NetworkInterface.encode(records))
    }

    private static func add(_ entry: ifaddrs, to records: inout [NetworkInterface]) {
        let name = Array(String(cString: entry.ifa_name).utf8)
        let index = if_nametoindex(entry.ifa_name)
        let place: Int
        if let found = records.firstIndex(where: { $0.index == index }) {
            place = found
        } else {
            place = records.count
            records.append(NetworkInterface(index: index, name: name, flags: UInt32(entry.ifa_flags)))
            records[place].mtu = UInt32(clamping: cl_interface_mtu(entry.ifa_name))
        }
        guard let address = entry.ifa_addr else { return }
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            records[place].addresses.append(
                NetworkInterface.Address(
                    family: UInt16(AF_INET), bytes: raw(bytes, 4, 4), prefix: prefix(entry.ifa_netmask, 4, 4)))
        case AF_INET6:
            records[place].addresses.append(
                NetworkInterface.Address(
                    family: UInt16(AF_INET6), bytes: raw(bytes, 8, 16), prefix: prefix(entry.ifa_netmask, 8, 16)))
        case AF_PACKET:
            // struct sockaddr_ll: hardware type at 8, length of the address at 11, the address at 12.
            records[place].hardwareType = bytes.load(fromByteOffset: 8, as: UInt16.self)
            records[place].hardwareAddress = raw(bytes, 12, min(Int(bytes.load(fromByteOffset: 11, as: UInt8.self)), 8))
        default: break
        }
    }

    private static func raw(_ start: UnsafeRawPointer, _ offset: Int, _ count: Int) -> [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: start + offset, count: count))
    }

    private static func prefix(_ mask: UnsafeMutablePointer<sockaddr>?, _ offset: Int, _ count: Int) -> UInt8 {
        guard let mask else { return UInt8(count * 8) }
        return UInt8(raw(UnsafeRawPointer(mask), offset, count).reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
