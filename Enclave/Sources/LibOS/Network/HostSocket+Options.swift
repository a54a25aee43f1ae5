import EnclaveRuntime
import Wire

extension HostSocket {
    /// SO_ERROR of the host's socket, which is told once.
    func takeHostError() -> Errno? {
        if let error = deferredError {
            deferredError = nil
            return error
        }
        guard let value = try? hostOption(1, SocketOptions.Number.error, room: 4), let code = value.word(at: 0), code != 0 else {
            return nil
        }
        state.forget()
        return HostNetwork.errno(-Int64(code))
    }

    func hostOption(_ level: Int32, _ number: Int32, room: Int) throws(Errno) -> Bytes {
        var value: Bytes = []
        _ = try atHost { () throws(Errno) in
            let result = Host.unlockedCall { area in
                let result = area.call(
                    .socketOption, UInt64(handle), UInt64(UInt32(bitPattern: level)), UInt64(UInt32(bitPattern: number)),
                    UInt64(room))
                if result > 0, result <= Int64(room) { value = area.read(count: Int(result)) }
                return result
            }
            return try HostNetwork.Answer(result, most: room)
        }
        return value
    }

    func setHostOption(_ level: Int32, _ number: Int32, _ passed: Bytes) throws(Errno) {
        _ = try atHost { () throws(Errno) in
            let result = Host.unlockedCall { area in
                area.write(passed)
                return area.call(
                    .setSocketOption, UInt64(handle), UInt64(UInt32(bitPattern: level)), UInt64(UInt32(bitPattern: number)),
                    UInt64(passed.count))
            }
            return try HostNetwork.Answer(result, most: 0)
        }
        state.forget()
    }
}
