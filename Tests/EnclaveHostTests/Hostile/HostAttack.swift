import Wire

/// A program, and how the host treats one of its calls: all that a run needs to be repeated.
///
/// As text: program, call, first occurrence, every how many, lie, salt; `sockets receiveSocket 2 3 beyond-asked 17`. With `exitless` behind
/// that calls are made through slots.
struct HostAttack: Sendable, CustomStringConvertible {
    var program: AttackedProgram
    var call: HostCall
    /// The first occurrence of the call that is answered with a lie, from 0, and how many later the next one.
    var first: Int
    var every: Int
    var lie: HostLie
    /// What the lie chooses by.
    var salt: UInt64
    var isExitless = false

    var description: String { "\(program) \(call) \(first) \(every) \(lie.rawValue) \(salt)" + (isExitless ? " exitless" : "") }

    func isDue(_ occurrence: Int) -> Bool { occurrence >= first && (occurrence - first) % every == 0 }

    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        isExitless = words.last == "exitless"
        guard words.count == (isExitless ? 7 : 6), let program = AttackedProgram(rawValue: words[0]),
            let call = HostCall.allCases.first(where: { "\($0)" == words[1] }), let first = Int(words[2]),
            let every = Int(words[3]), every > 0, let lie = HostLie(rawValue: words[4]), let salt = UInt64(words[5])
        else { return nil }
        (self.program, self.call, self.first, self.every) = (program, call, first, every)
        (self.lie, self.salt) = (lie, salt)
    }

    /// One lie about one call, whenever it comes.
    init(always lie: HostLie, about call: HostCall, salt: UInt64) {
        (program, first, every) = (.files, 0, 1)
        (self.call, self.lie, self.salt) = (call, lie, salt)
        isExitless = false
    }

    /// The attack of a seed: the same in every run.
    init(seed: UInt64, isExitless: Bool = false) {
        var random = RandomBits(seed: seed)
        let programs = AttackedProgram.allCases.filter { !isExitless || $0.callsThroughSlots }
        program = programs[random.below(programs.count)]
        let calls = program.calls.filter { !isExitless || ExitlessCalls.cover($0, 0, 0, 0) }
        let call = calls[random.below(calls.count)]
        // Half of the lies through slots are about the slot.
        let isOfSlot = isExitless && random.below(2) == 0
        let lies = HostLie.allCases.filter { $0.suits(call) && $0.isOfSlot == isOfSlot }
        self.isExitless = isExitless
        self.call = call
        lie = lies[random.below(lies.count)]
        // Early, or anywhere; always, or now and then.
        first = random.below(3) > 0 ? random.below(3) : random.below(30)
        every = random.below(3) > 0 ? 1 : 1 + random.below(12)
        salt = random.next() >> 40
    }
}

/// What the program of an attack does; each is a word for the worker of that name.
enum AttackedProgram: String, CaseIterable, Sendable {
    case files, verified, untrusted, volume, sockets, clocks, names, signals, threads, growth, memory, streams, evidence, traced

    /// The host calls it makes, apart from those that every start makes.
    var own: [HostCall] {
        switch self {
        case .files, .verified: [.fetchFile, .fetchIndex]
        case .untrusted:
            [
                .untrustedStatus, .untrustedList, .untrustedOpen, .untrustedRead, .untrustedWrite, .untrustedClose,
                .untrustedChange, .untrustedChangeOpen, .untrustedSettle, .untrustedLinkTarget, .untrustedAllocate,
            ]
        case .volume:
            [
                .openVolume, .volumeLength, .readVolume, .readVolume, .writeVolume, .resizeVolume, .syncVolume, .readCounter,
                .writeCounter,
            ]
        case .sockets:
            [
                .socket, .bindSocket, .connectSocket, .listenSocket, .acceptSocket, .sendSocket, .receiveSocket, .shutDownSocket,
                .socketName, .socketOption, .setSocketOption, .socketCount, .closeSocket, .pollSocket, .awaitEvents,
            ]
        case .clocks: [.clock, .park]
        case .names: [.networkInterfaces, .nameFile]
        case .signals: [.takeSignals, .takeAttestation, .giveAttestation]
        case .threads: [.park, .wakeVCPU, .startVCPU]
        case .growth: [.makeTCS, .startVCPU, .interrupt]
        case .memory: [.trimPages, .removePages, .restrictPages]
        case .streams: [.readStream, .writeStream, .watchStream, .streamInformation, .terminal]
        case .evidence: [.quote, .quoteTargetInfo, .log]
        case .traced: [.trace]
        }
    }

    var callsThroughSlots: Bool { self != .memory && self != .evidence && self != .growth }

    /// What no enclave of this version asks for any more.
    static let retired: Set<HostCall> = [.fetchUntrusted, .pollStreams]

    var calls: [HostCall] { own + own + own + [.fetchIndex, .fetchFile, .writeStream, .streamInformation, .exited] }
}

/// Splitmix64: as good as is needed, and the same everywhere.
struct RandomBits: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
