/// What goes with a signal: the head of siginfo_t and the three words behind it that one or the other kind uses.
struct SignalInformation {
    var signal: Int32
    var errorNumber: Int32 = 0
    var code: Int32 = Self.user
    /// Offsets 16, 24 and 32 of siginfo_t.
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// The timer that sent it: it goes on when the signal is taken.
    var timer: PosixTimer?

    static let user: Int32 = 0
    static let kernel: Int32 = 0x80
    static let queued: Int32 = -1
    static let fromTimer: Int32 = -2
    static let fromThreadKill: Int32 = -6

    static let byteCount = 128

    init(signal: Int32, code: Int32) {
        self.signal = signal
        self.code = code
    }

    /// From a process, as kill and its kin send it.
    init(signal: Int32, code: Int32 = Self.user, sender: Process) {
        self.init(signal: signal, code: code)
        words.0 = Self.pair(sender.id, Int32(bitPattern: sender.uid))
    }

    /// For a faulting instruction.
    init(fault signal: Int32, code: Int32, address: UInt64) {
        self.init(signal: signal, code: code)
        words.0 = address
    }

    static func pair(_ low: Int32, _ high: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: low)) | UInt64(UInt32(bitPattern: high)) << 32
    }

    /// Writes siginfo_t at a place of `byteCount` bytes.
    func store(to place: UnsafeMutableRawPointer) {
        zeroMemory(place, Self.byteCount)
        place.storeBytes(of: signal, as: Int32.self)
        place.storeBytes(of: errorNumber, toByteOffset: 4, as: Int32.self)
        place.storeBytes(of: code, toByteOffset: 8, as: Int32.self)
        place.storeBytes(of: words.0, toByteOffset: 16, as: UInt64.self)
        place.storeBytes(of: words.1, toByteOffset: 24, as: UInt64.self)
        place.storeBytes(of: words.2, toByteOffset: 32, as: UInt64.self)
    }

    func store(toUser address: UInt64) throws(Errno) {
        let memory = try userMemory()
        store(to: try memory.writable(address, Self.byteCount))
    }

    /// What a program gives with rt_sigqueueinfo; the number is that of the call.
    static func load(_ signal: Int32, from address: UInt64) throws(Errno) -> SignalInformation {
        let memory = try userMemory()
        let place = try memory.readable(address, Self.byteCount)
        var information = SignalInformation(signal: signal, code: place.loadUnaligned(fromByteOffset: 8, as: Int32.self))
        information.errorNumber = place.loadUnaligned(fromByteOffset: 4, as: Int32.self)
        information.words.0 = place.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        information.words.1 = place.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        information.words.2 = place.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        return information
    }
}
