extension SocketFile {
    private typealias Number = SocketOptions.Number

    /// getsockopt of level SOL_SOCKET.
    final func socketOption(_ number: Int32) throws(Errno) -> Bytes {
        if SocketOptions.isSwitch(number) { return Bytes(word: options.isOn(number) ? 1 : 0) }
        switch number {
        case Number.type: return Bytes(word: Int32(type.rawValue))
        case Number.domain: return Bytes(word: Int32(family))
        case Number.protocolNumber: return Bytes(word: protocolNumber)
        case Number.error: return Bytes(word: takeError()?.code ?? 0)
        case Number.isListening: return Bytes(word: isListening ? 1 : 0)
        case Number.sendBuffer: return Bytes(word: options.sendBuffer)
        case Number.receiveBuffer: return Bytes(word: options.receiveBuffer)
        case Number.priority: return Bytes(word: options.priority)
        case Number.receiveLowWater: return Bytes(word: options.receiveLowWater)
        case Number.sendLowWater: return Bytes(word: 1)
        case Number.linger: return Bytes(word: options.lingers ? 1 : 0) + Bytes(word: options.lingerSeconds)
        case Number.receiveTimeout: return Self.timeValue(options.receiveTimeout)
        case Number.sendTimeout: return Self.timeValue(options.sendTimeout)
        default: throw .ENOPROTOOPT
        }
    }

    /// setsockopt of level SOL_SOCKET; the value has at least four bytes.
    final func setSocketOption(_ number: Int32, _ value: Bytes) throws(Errno) {
        guard let word = value.word(at: 0) else { throw .EINVAL }
        if SocketOptions.isSwitch(number) { return options.turn(number, on: word != 0) }
        switch number {
        case Number.sendBuffer: options.setSendBuffer(word)
        case Number.receiveBuffer: options.setReceiveBuffer(word)
        case Number.sendBufferForce, Number.receiveBufferForce: try forceBuffer(number, word)
        case Number.priority:
            guard (0...6).contains(word) || currentThread.process.euid == 0 else { throw .EPERM }
            options.priority = word
        case Number.receiveLowWater: options.setReceiveLowWater(word)
        case Number.linger:
            guard let seconds = value.word(at: 4) else { throw .EINVAL }
            options.setLinger(on: word != 0, seconds: word != 0 ? seconds : options.lingerSeconds)
        case Number.receiveTimeout: options.receiveTimeout = try Self.nanoseconds(value)
        case Number.sendTimeout: options.sendTimeout = try Self.nanoseconds(value)
        default: throw .ENOPROTOOPT
        }
    }

    private func forceBuffer(_ number: Int32, _ word: Int32) throws(Errno) {
        guard currentThread.process.euid == 0 else { throw .EPERM }
        if number == Number.sendBufferForce {
            options.setSendBuffer(word, forced: true)
        } else {
            options.setReceiveBuffer(word, forced: true)
        }
    }

    // MARK: struct timeval

    private static func timeValue(_ nanoseconds: UInt64) -> Bytes {
        Bytes(long: nanoseconds / 1_000_000_000) + Bytes(long: nanoseconds % 1_000_000_000 / 1000)
    }

    private static func nanoseconds(_ value: Bytes) throws(Errno) -> UInt64 {
        guard let seconds = value.long(at: 0), let microseconds = value.long(at: 8) else { throw .EINVAL }
        guard microseconds < 1_000_000 else { throw .EDOM }
        guard Int64(bitPattern: seconds) >= 0 else { return 1 }
        // Beyond a century it is for ever.
        guard seconds < 3_000_000_000 else { return 0 }
        return seconds * 1_000_000_000 + microseconds * 1000
    }
}

extension [UInt8] {
    /// The value of an `int` option.
    init(word: Int32) {
        let bits = UInt32(bitPattern: word)
        self = [
            UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits >> 16),
            UInt8(truncatingIfNeeded: bits >> 24),
        ]
    }

    init(long: UInt64) {
        self = Bytes(word: Int32(truncatingIfNeeded: long)) + Bytes(word: Int32(truncatingIfNeeded: long >> 32))
    }

    /// The `int` at a place, or `nil` where there are no four bytes.
    func word(at place: Int) -> Int32? {
        guard place >= 0, count - place >= 4 else { return nil }
        var bits: UInt32 = 0
        for index in 0..<4 { bits |= UInt32(self[place + index]) << UInt32(index * 8) }
        return Int32(bitPattern: bits)
    }

    func long(at place: Int) -> UInt64? {
        guard let low = word(at: place), let high = word(at: place + 4) else { return nil }
        return UInt64(UInt32(bitPattern: low)) | UInt64(UInt32(bitPattern: high)) << 32
    }
}
