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

    /// Whether it makes sense for a call; a lie that makes none is a seed lost.
    func suits(_ call: HostCall) -> Bool {
        switch self {
        case .everythingReady, .nothingReady: Self.tellsReadiness.contains(call)
        case .strangers: call == .awaitEvents
        case .earlier, .later: call == .clock
        case .half, .doubled: Self.hasLength.contains(call)
        default: true
        }
    }

    private static let tellsReadiness: Set<HostCall> = [.pollStreams, .acceptSocket, .receiveSocket, .pollSocket, .awaitEvents]
    private static let hasLength: Set<HostCall> = [
        .fetchIndex, .fetchFile, .fetchUntrusted, .readStream, .writeStream, .sendSocket, .receiveSocket, .trimPages, .removePages,
        .restrictPages, .bindSocket, .connectSocket, .readVolume, .writeVolume,
    ]
}
