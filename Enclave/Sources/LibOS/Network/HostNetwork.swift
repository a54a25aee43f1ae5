import EnclaveRuntime
import Wire

/// The host's socket calls, with every result checked: no count beyond what was asked for, no errno that sockets do not have.
enum HostNetwork {
    /// A count, and what the socket was ready for after the call where the host told.
    struct Answer {
        let count: Int
        let events: PollEvents?

        /// Throws what the host refused the call with; EIO for what no host answers.
        init(_ result: Int64, most: Int) throws(Errno) {
            guard result >= 0 else { throw HostNetwork.errno(result) }
            let count = Int(result & 0xffff_ffff)
            let upper = UInt32(truncatingIfNeeded: result >> 32)
            guard count <= most else { throw .EIO }
            self.count = count
            events = upper & NetworkFrame.known == 0 ? nil : HostNetwork.events(upper)
        }
    }

    /// The bits a host may tell; what else it sets is dropped.
    static func events(_ bits: UInt32) -> PollEvents { PollEvents(rawValue: bits & 0x201f | (bits & 0x5) << 6) }

    /// The errno of a negative result: one that a socket call has.
    static func errno(_ result: Int64) -> Errno {
        guard result < 0, result >= -133 else { return .EIO }
        let error = Errno(code: Int32(-result))
        switch error {
        // What would make the program look for a fault of its own, or try again for ever.
        case .EFAULT, .EINTR, .ENOSYS: return .EIO
        // The host does not know the handle.
        case .EBADF, .EEXIST: return .EIO
        default: return error
        }
    }

    /// A call without data.
    static func call(_ call: HostCall, _ handle: UInt32, _ a1: UInt64 = 0, _ a2: UInt64 = 0, most: Int = 0) throws(Errno) -> Answer
    {
        try Answer(Host.unlockedCall { $0.call(call, UInt64(handle), a1, a2) }, most: most)
    }

    /// A call with an address that the enclave gives.
    static func call(_ call: HostCall, _ handle: UInt32, address: Bytes) throws(Errno) {
        let result = Host.unlockedCall { area in
            area.write(address, at: NetworkFrame.addressOffset)
            return area.call(call, UInt64(handle), UInt64(address.count))
        }
        _ = try Answer(result, most: 0)
    }

    /// Makes the host's socket for a handle.
    static func make(_ handle: UInt32, family: UInt16, type: SocketType, protocolNumber: Int32) throws(Errno) {
        let result = Host.unlockedCall {
            $0.call(.socket, UInt64(handle), UInt64(family), UInt64(type.rawValue), UInt64(UInt32(bitPattern: protocolNumber)))
        }
        _ = try Answer(result, most: 0)
    }

    /// An address the host tells; `nil` unless it is one of the family.
    static func address(_ area: HostCallArea, length: Int, family: UInt16) -> SocketAddress? {
        guard length > 0, length <= NetworkFrame.addressLength else { return nil }
        let bytes = area.read(count: length, at: NetworkFrame.addressOffset)
        return InternetAddress.sanitised(bytes, family: family)
    }
}
