import CHostileHost
import Glibc
import Wire

@testable import EnclaveHost

/// A call area between pages nobody may touch, which knows what the enclave may have written into it.
///
/// Used by the thread of its vCPU.
final class WitnessedArea: @unchecked Sendable {
    private static let guardLength = 1 << 16
    /// What no host may ever see: words of a program's memory.
    private static let secret: [UInt64] = [0x5ec2_e7c0_ffee_1234, 0x5ec2_e7c0_ffee_1234 ^ 0x0101_0101_0101_0101]

    let start: UnsafeMutableRawPointer
    private let before: UnsafeMutableRawPointer
    /// Somebody else writes into it too.
    var isContested = false
    /// A slot is used: others write its word, its request and the data area at any time.
    var hasSlot = false {
        didSet { SlotView(base: start).store(attention: 0) }
    }

    /// What nobody has a reason to write when a slot is used.
    private static let besideSlot = [
        64..<SlotFrame.wordOffset, SlotFrame.wordOffset + 8..<SlotFrame.attentionOffset,
        SlotFrame.attentionOffset + 8..<SlotFrame.headOffset,
        SlotFrame.headOffset + SlotFrame.headLength..<CallFrame.dataOffset,
    ]

    init() {
        let whole = mmap(
            nil, CallFrame.totalLength + 2 * Self.guardLength, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let whole, whole != MAP_FAILED else { fatalError("no memory for a call area") }
        start = whole + Self.guardLength
        mprotect(start, CallFrame.totalLength, PROT_READ | PROT_WRITE)
        before = .allocate(byteCount: CallFrame.totalLength, alignment: 4096)
        var random = RandomBits(seed: 1)
        for at in stride(from: 64, to: CallFrame.dataOffset, by: 8) {
            start.storeBytes(of: random.next(), toByteOffset: at, as: UInt64.self)
        }
    }

    deinit {
        munmap(start - Self.guardLength, CallFrame.totalLength + 2 * Self.guardLength)
        before.deallocate()
    }

    /// The enclave is about to be entered.
    func remember() { before.copyMemory(from: start, byteCount: CallFrame.totalLength) }

    /// What the enclave wrote beside its request, and whether it told what it must not tell; empty when all is well.
    func complaints(_ call: HostCall) -> [String] {
        var found: [String] = []
        if hostile_holds(start, CallFrame.totalLength, Self.secret, 16) { found.append("\(call): the program's secret") }
        guard !isContested else { return found }
        guard !hasSlot else {
            for range in Self.besideSlot
            where memcmp(start + range.lowerBound, before + range.lowerBound, range.count) != 0 {
                found.append("\(call): bytes beside the slot, in \(range)")
            }
            return found
        }
        let own = CallView(base: start).requestBytes(call)
        var place = 64
        for range in own.sorted(by: { $0.lowerBound < $1.lowerBound }) + [CallFrame.dataLength..<CallFrame.dataLength] {
            let end = CallFrame.dataOffset + range.lowerBound
            if place < end, memcmp(start + place, before + place, end - place) != 0 {
                found.append("\(call): bytes between \(place) and \(end) of the call area")
            }
            // The last word is written whole.
            place = max(place, CallFrame.dataOffset + (range.upperBound + 7) & ~7)
        }
        return found
    }
}

extension CallView {
    /// Where in the data area the request of a call may stand.
    fileprivate func requestBytes(_ call: HostCall) -> [Range<Int>] {
        func part(_ from: Int, _ count: UInt64) -> Range<Int> { from..<from + Int(min(count, UInt64(CallFrame.dataLength - from))) }
        switch call {
        case .fetchFile, .fetchUntrusted: return [part(0, argument(3))]
        case .writeStream, .log: return [part(0, argument(1))]
        case .terminal: return [part(0, argument(2))]
        case .writeVolume, .untrustedWrite: return [part(0, argument(2))]
        case .untrustedStatus, .untrustedList, .untrustedOpen, .untrustedLinkTarget: return [part(0, argument(1))]
        // Each length has 32 bits, so the sum cannot be too large.
        case .untrustedChange: return [part(0, argument(2) & 0xffff_ffff + argument(2) >> 32)]
        // Access and modification time.
        case .untrustedChangeOpen: return [part(0, 32)]
        case .readCounter: return [part(0, 32)]
        case .writeCounter: return [part(0, 32 + min(argument(1), UInt64(CallFrame.dataLength)))]
        case .quote, .exited, .trace, .giveAttestation: return [part(0, argument(0))]
        case .bindSocket, .connectSocket: return [part(NetworkFrame.addressOffset, argument(1))]
        case .setSocketOption: return [part(0, argument(3))]
        case .sendSocket:
            return [
                part(NetworkFrame.addressOffset, argument(3) & 0xffff_ffff), part(NetworkFrame.controlOffset, argument(3) >> 32),
                part(NetworkFrame.payloadOffset, argument(1)),
            ]
        case .fetchIndex, .readStream, .pollStreams, .watchStream, .streamInformation, .park, .wakeVCPU, .startVCPU,
            .quoteTargetInfo, .clock,
            .interrupt, .trimPages, .removePages, .restrictPages, .socket, .listenSocket, .acceptSocket, .receiveSocket,
            .shutDownSocket, .socketName, .socketOption, .socketCount, .closeSocket, .pollSocket, .awaitEvents, .networkInterfaces,
            .nameFile, .openVolume, .volumeLength, .readVolume, .resizeVolume, .syncVolume, .untrustedRead, .untrustedClose,
            .untrustedSettle, .untrustedAllocate, .takeSignals, .takeAttestation, .makeTCS:
            return []
        }
    }
}
