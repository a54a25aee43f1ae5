import EnclaveRuntime
import Wire

extension HostSocket {
    func bindAtHost(_ address: SocketAddress) throws(Errno) {
        try atHost { () throws(Errno) in try HostNetwork.call(.bindSocket, handle, address: address.bytes) }
        state.forget()
    }

    func listenAtHost(_ backlog: Int32) throws(Errno) {
        _ = try atHost { () throws(Errno) in try HostNetwork.call(.listenSocket, handle, UInt64(backlog)) }
        state.forget()
        changed()
    }

    func acceptFromHost(flags: UInt32) throws(Errno) -> HostSocket {
        guard type == .stream else { throw .EOPNOTSUPP }
        let wait = receiveWait([])
        while true {
            do throws(Errno) { return try acceptOne(flags: flags) } catch {
                guard error == .EAGAIN else { throw error }
            }
            try awaitReading(wait)
        }
    }

    private func acceptOne(flags: UInt32) throws(Errno) -> HostSocket {
        let new = try HostEvents.reserve()
        let seen = state.version
        do throws(Errno) {
            let (answer, peer) = try atHost { () throws(Errno) in try acceptAtHost(as: new) }
            if let events = answer.events { state.look(events, since: seen) } else { state.readOn() }
            let socket = HostSocket(new, family: family, type: type, protocolNumber: protocolNumber, flags: flags)
            socket.acceptedPeer = peer
            socket.isConnected = true
            socket.isCorked = isCorked
            socket.wasCorked = wasCorked
            socket.sendsWithoutDelay = sendsWithoutDelay
            socket.hostSendsWithoutDelay = hostSendsWithoutDelay
            return socket
        } catch {
            HostEvents.release(new)
            if error == .EAGAIN { state.foundNothing(since: seen) }
            throw error
        }
    }

    private func acceptAtHost(as new: UInt32) throws(Errno) -> (HostNetwork.Answer, SocketAddress?) {
        var peer: SocketAddress?
        let result = Host.unlockedCall { area in
            let result = area.call(.acceptSocket, UInt64(handle), UInt64(new))
            if result > 0 { peer = HostNetwork.address(area, length: Int(result & 0xffff_ffff), family: family) }
            return result
        }
        return (try HostNetwork.Answer(result, most: NetworkFrame.addressLength), peer)
    }

    func connectAtHost(_ address: SocketAddress) throws(Errno) {
        do throws(Errno) {
            try atHost { () throws(Errno) in try HostNetwork.call(.connectSocket, handle, address: address.bytes) }
            state.forget()
            isConnected = address.family != SocketFamily.unspecified
            if !isConnected { heldWent(GatheredBytes.limit) }
            // The host's socket never waited: to it this is the end of the first call.
            guard isNewlyConnected, address.family != SocketFamily.unspecified else { return }
            isNewlyConnected = false
            throw Errno.EISCONN
        } catch {
            state.forget()
            guard error == .EINPROGRESS || error == .EALREADY, !isNonBlocking else { throw error }
            try awaitConnection()
        }
    }

    private func awaitConnection() throws(Errno) {
        let wait = sendWait([])
        var events = readiness()
        while events.isDisjoint(with: [.writable, .error, .hangUp]) {
            do throws(Errno) { try wait.pause(on: queue) } catch { throw error == .EAGAIN ? .EINPROGRESS : error }
            events = readiness()
        }
        // The host's socket is asked for its error only where it says that it has one.
        if !events.isDisjoint(with: [.error, .hangUp]), let error = takeError() { throw error }
        isConnected = true
        isNewlyConnected = type == .stream
    }

    func shutDownAtHost(reads: Bool, writes: Bool) throws(Errno) {
        if writes {
            flush()
            isConnected = false
            shutsDownLater = gathered != nil
        }
        if shutsDownLater, !reads { return }
        let how: UInt64 = reads ? (writes && !shutsDownLater ? 2 : 0) : 1
        defer {
            state.forget()
            changed()
        }
        _ = try atHost { () throws(Errno) in try HostNetwork.call(.shutDownSocket, handle, how) }
        if reads { readsAreShut = true }
    }

    func name(ofPeer: Bool) throws(Errno) -> SocketAddress {
        var address: SocketAddress?
        _ = try atHost { () throws(Errno) in
            let result = Host.unlockedCall { area in
                let result = area.call(.socketName, UInt64(handle), ofPeer ? 1 : 0)
                if result > 0 { address = HostNetwork.address(area, length: Int(result), family: family) }
                return result
            }
            return try HostNetwork.Answer(result, most: NetworkFrame.addressLength)
        }
        guard let address else { throw .EIO }
        return address
    }
}
