import CLinux
import Glibc
import Linux
import Wire

extension SocketServer {
    private static func message(_ call: CallView, _ length: UInt64) -> cl_socket_message {
        cl_socket_message(
            payload: call.data + NetworkFrame.payloadOffset, length: min(length, UInt64(NetworkFrame.payloadLength)),
            address: call.data + NetworkFrame.addressOffset, control: call.data + NetworkFrame.controlOffset, address_length: 0,
            control_length: 0, flags: 0)
    }

    private static func flags(_ call: CallView) -> Int32 {
        Int32(truncatingIfNeeded: call.argument(2))
    }

    func send(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        var message = Self.message(call, call.argument(1))
        message.address_length = Self.addressLength(call, 3)
        message.control_length = UInt32(min(call.argument(3) >> 32, UInt64(NetworkFrame.controlLength)))
        return Int64(cl_socket_send(socket.raw, &message, Self.flags(call)))
    }

    /// A short read of a stream says by itself that there is no more; otherwise the socket is asked.
    func receive(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        var message = Self.message(call, call.argument(1))
        message.address_length = UInt32(NetworkFrame.addressLength)
        message.control_length = UInt32(NetworkFrame.controlLength)
        let count = cl_socket_receive(socket.raw, &message, Self.flags(call))
        guard count >= 0 else { return Int64(count) }
        call.data.storeBytes(of: message.address_length, as: UInt32.self)
        call.data.storeBytes(of: message.flags, toByteOffset: 4, as: UInt32.self)
        call.data.storeBytes(of: message.control_length, toByteOffset: 8, as: UInt32.self)
        let isShort = count > 0 && count < Int(message.length) && message.address_length == 0
        return Int64(count) | (isShort ? 0 : Self.known(socket.raw))
    }

    func socketName(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        var length = socklen_t(NetworkFrame.addressLength)
        let isPeer = call.argument(1) != 0
        let place = Self.address(call)
        let result = isPeer ? getpeername(socket.raw, place, &length) : getsockname(socket.raw, place, &length)
        return result < 0 ? -Int64(errno) : Int64(length)
    }

    // MARK: Options

    func option(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        var length = socklen_t(call.length(3))
        let result = getsockopt(
            socket.raw, Int32(truncatingIfNeeded: call.argument(1)), Int32(truncatingIfNeeded: call.argument(2)), call.data,
            &length)
        return result < 0 ? -Int64(errno) : Int64(length)
    }

    func setOption(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        let result = setsockopt(
            socket.raw, Int32(truncatingIfNeeded: call.argument(1)), Int32(truncatingIfNeeded: call.argument(2)), call.data,
            socklen_t(call.length(3)))
        return result < 0 ? -Int64(errno) : 0
    }

    /// Numbers only: what else an ioctl may do is not the enclave's to ask.
    func count(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        let allowed: [UInt64] = [0x541b, 0x5411, 0x8905]  // FIONREAD, SIOCOUTQ, SIOCATMARK
        guard allowed.contains(call.argument(1)) else { return -Int64(EINVAL) }
        var value: Int32 = 0
        let result = cl_ioctl(socket.raw, UInt(call.argument(1)), &value)
        return result < 0 ? Int64(result) : Int64(max(value, 0))
    }
}
