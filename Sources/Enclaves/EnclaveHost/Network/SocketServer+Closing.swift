import Glibc
import Wire

extension SocketServer {
    /// Closes a socket, unless that may wait for what it has yet to send (SO_LINGER): then `nil`.
    func closeAtOnce(_ call: CallView) -> Int64? {
        let handle = call.argument(0)
        guard let socket = table.socket(handle) else { return -Int64(EBADF) }
        var option = linger()
        var length = socklen_t(MemoryLayout<linger>.size)
        guard getsockopt(socket.raw, SOL_SOCKET, SO_LINGER, &option, &length) == 0, option.l_onoff == 0 || option.l_linger == 0
        else { return nil }
        return table.remove(handle) == nil ? -Int64(EBADF) : 0
    }
}
