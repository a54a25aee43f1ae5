import Wire

/// One way to serve a host call wrongly.
enum HostLie: String, CaseIterable, Sendable {
    // What is done, decided before the call is served.
    /// Nothing is done, and success told.
    case undone
    /// Nothing is done, and an errno told.
    case refused
    /// It is done twice.
    case twice
    /// It is done at another offset, or to the object of another handle.
    case elsewhere
    /// Half of it is done.
    case half
    /// It is done with the length doubled.
    case doubled

    // The number that is told.
    case most
    case least
    /// Negative, and below every errno.
    case beyondErrnos = "beyond-errnos"
    case zero
    case oneMore = "one-more"
    case oneLess = "one-less"
    /// One byte more than the enclave asked for.
    case beyondAsked = "beyond-asked"
    /// One byte more than a call area holds.
    case beyondArea = "beyond-area"
    /// -1 in 32 bits.
    case negativeSize = "negative-size"
    /// All bits above the lowest 32.
    case upperHalf = "upper-half"
    /// An address in the enclave.
    case address
    case random

    // The bytes that come with it.
    case bit
    case garbage
    case zeros
    case ones
    /// Addresses in the enclave.
    case addresses
    /// Random bytes behind those that count.
    case tail
    /// One aligned word in the first sixty-four bytes is larger than anything can be.
    case count
    /// What the same call brought the last time.
    case old
    /// Every word of a clock's reading a while ago.
    case earlier
    case later
    /// The head of the call area, with number, arguments and what nobody uses.
    case head
    /// Bytes and result change while the enclave reads them.
    case racing

    // What sockets are ready for.
    case everythingReady = "everything-ready"
    case nothingReady = "nothing-ready"
    /// News of sockets that are not there.
    case strangers

    // What is done with the word of a slot, where calls are made through slots.
    /// Answered as the call before.
    case slotStale = "slot-stale"
    /// Answered as the call that comes next, or as one of another vCPU.
    case slotOther = "slot-other"
    /// The result and the data of the call before.
    case slotReplayed = "slot-replayed"
    /// Answered once more while the next call stands there.
    case slotTwice = "slot-twice"
    /// The answer to the next call stands there before it is made, and again and again.
    case slotEarly = "slot-early"
    /// Served and answered after the enclave took it back.
    case slotLate = "slot-late"
    /// Number, arguments and data are changed after it was published, and while it is served.
    case slotChanged = "slot-changed"
    /// The word that says whether somebody looks changes all the time.
    case slotAttention = "slot-attention"
    /// Taken and never answered.
    case slotKept = "slot-kept"
    /// Taken, and then as if it had not been.
    case slotReleased = "slot-released"
    /// Words that are no phase of this call.
    case slotWords = "slot-words"

    var isOfSlot: Bool { rawValue.hasPrefix("slot-") }

    // What stands in lists.
    /// Names that lead elsewhere, are none, or stand there twice.
    case badNames = "bad-names"
    /// The same records again and again, without an end.
    case endless
    /// Lines, records or bits of every kind, as many as fit.
    case everything

    /// Whether it makes sense for a call; a lie that makes none is a seed lost.
    func suits(_ call: HostCall) -> Bool {
        switch self {
        case .everythingReady, .nothingReady: Self.tellsReadiness.contains(call)
        case .strangers: call == .awaitEvents
        case .badNames: call == .untrustedList || call == .untrustedLinkTarget
        case .endless: call == .untrustedList
        case .everything: Self.tellsKinds.contains(call)
        case .earlier, .later: call == .clock
        case .half, .doubled: Self.hasLength.contains(call)
        default: true
        }
    }

    private static let tellsKinds: Set<HostCall> = [.untrustedStatus, .networkInterfaces, .nameFile, .takeSignals]
    private static let tellsReadiness: Set<HostCall> = [
        .watchStream, .readStream, .writeStream, .acceptSocket, .receiveSocket, .pollSocket, .awaitEvents,
    ]
    private static let hasLength: Set<HostCall> = [
        .fetchIndex, .fetchFile, .fetchUntrusted, .readStream, .writeStream, .sendSocket, .receiveSocket, .trimPages, .removePages,
        .restrictPages, .bindSocket, .connectSocket, .readVolume, .writeVolume, .untrustedRead, .untrustedWrite, .untrustedList,
        .untrustedOpen, .untrustedStatus,
    ]
}
