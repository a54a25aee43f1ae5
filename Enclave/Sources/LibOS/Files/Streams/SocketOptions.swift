/// The options of level SOL_SOCKET that a socket only has to remember.
struct SocketOptions {
    enum Number {
        static let debug: Int32 = 1
        static let reuseAddress: Int32 = 2
        static let type: Int32 = 3
        static let error: Int32 = 4
        static let dontRoute: Int32 = 5
        static let broadcast: Int32 = 6
        static let sendBuffer: Int32 = 7
        static let receiveBuffer: Int32 = 8
        static let keepAlive: Int32 = 9
        static let outOfBandInline: Int32 = 10
        static let noCheck: Int32 = 11
        static let priority: Int32 = 12
        static let linger: Int32 = 13
        static let reusePort: Int32 = 15
        static let passCredentials: Int32 = 16
        static let peerCredentials: Int32 = 17
        static let receiveLowWater: Int32 = 18
        static let sendLowWater: Int32 = 19
        static let receiveTimeout: Int32 = 20
        static let sendTimeout: Int32 = 21
        static let timestamp: Int32 = 29
        static let isListening: Int32 = 30
        static let sendBufferForce: Int32 = 32
        static let receiveBufferForce: Int32 = 33
        static let mark: Int32 = 36
        static let protocolNumber: Int32 = 38
        static let domain: Int32 = 39
        static let peerGroups: Int32 = 59
    }

    /// net.core.wmem_max and rmem_max, and what they are by default.
    static let largestBuffer: Int32 = 212_992
    private static let smallestSendBuffer: Int32 = 4608
    private static let smallestReceiveBuffer: Int32 = 2304

    /// On or off, a bit for each option number.
    private var switches: UInt64 = 0
    private(set) var sendBuffer = SocketOptions.largestBuffer
    private(set) var receiveBuffer = SocketOptions.largestBuffer
    var priority: Int32 = 0
    private(set) var receiveLowWater: Int32 = 1
    private(set) var lingers = false
    private(set) var lingerSeconds: Int32 = 0
    /// Nanoseconds; 0 is for ever.
    var receiveTimeout: UInt64 = 0
    var sendTimeout: UInt64 = 0

    static func isSwitch(_ number: Int32) -> Bool {
        switch number {
        case Number.debug, Number.reuseAddress, Number.dontRoute, Number.broadcast, Number.keepAlive, Number.outOfBandInline,
            Number.noCheck, Number.reusePort, Number.passCredentials, Number.timestamp:
            return true
        default: return false
        }
    }

    func isOn(_ number: Int32) -> Bool { switches >> UInt64(number) & 1 != 0 }

    mutating func turn(_ number: Int32, on: Bool) {
        let bit: UInt64 = 1 << UInt64(number)
        if on { switches |= bit } else { switches &= ~bit }
    }

    /// As Linux: cut at the limit, then doubled for what keeping the bytes costs.
    mutating func setSendBuffer(_ wanted: Int32, forced: Bool = false) {
        let most = forced ? Int32.max / 2 : Self.largestBuffer
        sendBuffer = max(min(max(wanted, 0), most) * 2, Self.smallestSendBuffer)
    }

    mutating func setReceiveBuffer(_ wanted: Int32, forced: Bool = false) {
        let most = forced ? Int32.max / 2 : Self.largestBuffer
        receiveBuffer = max(min(max(wanted, 0), most) * 2, Self.smallestReceiveBuffer)
    }

    mutating func setReceiveLowWater(_ value: Int32) { receiveLowWater = value < 0 ? Int32.max : max(value, 1) }

    mutating func setLinger(on: Bool, seconds: Int32) {
        lingers = on
        lingerSeconds = seconds
    }
}
