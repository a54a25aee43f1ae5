/// Control messages of IP as they pass between the enclave and the host: a closed list, each with its one length.
enum ControlData {
    private static let ip: Int32 = 0
    private static let ipv6: Int32 = 41

    /// Bytes a message of this kind carries; `nil` for kinds that do not pass.
    private static func length(_ level: Int32, _ type: Int32) -> ClosedRange<Int>? {
        switch (level, type) {
        // IP_TOS, IP_TTL, IP_PKTINFO, IP_RECVERR
        case (ip, 1): return 1...4
        case (ip, 2): return 4...4
        case (ip, 8): return 12...12
        case (ip, 11): return 16...44
        // IPV6_RECVERR, IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS
        case (ipv6, 25): return 16...44
        case (ipv6, 50): return 20...20
        case (ipv6, 52), (ipv6, 67): return 4...4
        // SO_TIMESTAMP, SO_TIMESTAMPNS
        case (ControlMessage.socketLevel, 29), (ControlMessage.socketLevel, 35): return 16...16
        default: return nil
        }
    }

    static func encode(_ messages: [ControlMessage]) -> Bytes {
        var bytes: Bytes = []
        for message in messages where length(message.level, message.type)?.contains(message.data.count) ?? false {
            bytes += Bytes(long: UInt64(ControlMessage.headerLength + message.data.count))
            bytes += Bytes(word: message.level) + Bytes(word: message.type) + message.data
            while bytes.count % 8 != 0 { bytes.append(0) }
        }
        return bytes
    }

    /// What the host told that has the shape of a message; the rest is dropped.
    static func decode(_ bytes: Bytes) -> [ControlMessage] {
        var messages: [ControlMessage] = []
        var at = 0
        while bytes.count - at >= ControlMessage.headerLength {
            guard let length = bytes.long(at: at), let level = bytes.word(at: at + 8), let type = bytes.word(at: at + 12) else {
                break
            }
            guard length >= UInt64(ControlMessage.headerLength), length <= UInt64(bytes.count - at) else { break }
            let data = Bytes(bytes[at + ControlMessage.headerLength..<at + Int(length)])
            if Self.length(level, type)?.contains(data.count) ?? false {
                messages.append(ControlMessage(level: level, type: type, data: data))
            }
            at += (Int(length) + 7) / 8 * 8
        }
        return messages
    }
}
