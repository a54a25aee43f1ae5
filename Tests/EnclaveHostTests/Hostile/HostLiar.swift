import Foundation
import Glibc
import Synchronization
import Wire

@testable import EnclaveHost

/// Serves one call of one attack wrongly, and everything else as it should.
///
/// Which occurrences are lied about is counted for each call, so that the order in which threads come does not change it much.
final class HostLiar: Sendable {
    private struct State {
        var occurrences = 0
        var told = 0
        var isTelling = false
        var previous: [UInt8] = []
    }

    private let attack: HostAttack
    private let base: UInt64
    private let state = Mutex(State())
    private let race = RacingBytes()

    init(_ attack: HostAttack, enclave base: UInt64) {
        self.attack = attack
        self.base = base
    }

    /// How many lies were told.
    var told: Int { state.withLock { $0.told } }

    /// Serves a call, or pretends to.
    func serve(_ name: HostCall, _ call: CallView, _ honestly: () -> Int64) -> Int64 {
        guard !attack.lie.isOfSlot, name == attack.call, begins() else { return honestly() }
        var random = RandomBits(seed: attack.salt)
        switch attack.lie {
        case .undone: return 0
        case .refused: return -Int64(Self.errnos[random.below(Self.errnos.count)])
        case .twice: _ = honestly()
        case .elsewhere where Self.hasOffset(name): change(call, 1) { $0 ^ 4096 << (attack.salt & 3) }
        case .elsewhere: change(call, 0) { $0 &+ (Self.countsBytes.contains(name) ? 16384 : 1) }
        case .half: change(call, Self.length(name)) { $0 / 2 }
        case .doubled: change(call, Self.length(name)) { $0 &* 2 }
        default: break
        }
        let result = honestly()
        let answer = lying(number(result, name, call, &random), name, call, &random)
        if attack.lie == .old { state.withLock { $0.previous = call.bytes(CallFrame.dataLength) } }
        return answer
    }

    /// What to do with the slot of a call, where the attack is one of slots and this call's turn has come.
    func slotLie(_ name: HostCall) -> HostLie? {
        guard attack.lie.isOfSlot, name == attack.call, begins() else { return nil }
        return attack.lie
    }

    /// The lie goes beside the request, too.
    var tellsOfHead: Bool { attack.lie == .head }

    /// To be called when a call has come.
    func called() { race.stop() }

    /// To be called when the result stands in the call area.
    func answered(_ name: HostCall, _ call: CallView) -> Bool {
        guard attack.lie == .racing, name == attack.call, state.withLock({ $0.isTelling }) else { return false }
        race.start(call)
        return true
    }

    private func begins() -> Bool {
        state.withLock { state in
            defer { state.occurrences += 1 }
            state.isTelling = attack.isDue(state.occurrences)
            // An old answer has to be a true one first.
            if attack.lie == .old, state.occurrences == 0 { return true }
            if state.isTelling { state.told += 1 }
            return state.isTelling
        }
    }

    private static let errnos: [Int32] = [
        EPERM, ENOENT, EINTR, EIO, EBADF, EAGAIN, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, ENFILE, ENOSPC, EPIPE, ENOSYS, ENOBUFS,
        EISCONN, ENOTCONN, ETIMEDOUT, ECONNRESET, ECONNREFUSED, EINPROGRESS, EALREADY, 133, 512, 4095,
    ]

    private static let countsBytes: Set<HostCall> = [
        .fetchIndex, .fetchFile, .fetchUntrusted, .trimPages, .removePages, .restrictPages,
    ]

    /// Whose first argument is a handle, the second an offset and the third a length.
    private static func hasOffset(_ call: HostCall) -> Bool {
        [.readVolume, .writeVolume, .untrustedRead, .untrustedWrite].contains(call)
    }

    /// Which argument says how many bytes.
    private static func length(_ call: HostCall) -> Int { hasOffset(call) ? 2 : 1 }

    private func change(_ call: CallView, _ argument: Int, _ body: (UInt64) -> UInt64) {
        call.head.storeBytes(
            of: body(call.argument(argument)), toByteOffset: CallFrame.argumentsOffset + argument * 8, as: UInt64.self)
    }

    // MARK: The number

    private func number(_ result: Int64, _ name: HostCall, _ call: CallView, _ random: inout RandomBits) -> Int64 {
        switch attack.lie {
        case .most: .max
        case .least: .min
        case .beyondErrnos: -4096 - Int64(random.below(100_000))
        case .zero: 0
        case .oneMore: result &+ 1
        case .oneLess: result &- 1
        case .beyondAsked: Int64(truncatingIfNeeded: call.argument(Self.length(name)) &+ 1)
        case .beyondArea: Int64(CallFrame.dataLength + 1)
        case .negativeSize: 0xffff_ffff
        case .upperHalf: result & 0xffff_ffff | 0x7fff_ffff << 32
        case .address: Int64(base + UInt64(random.below(64 << 20)))
        case .random: Int64(bitPattern: random.next() >> UInt64(random.below(64)))
        case .everythingReady: result | Int64(NetworkFrame.known | 0xffff) << 32
        case .nothingReady: result & 0xffff_ffff | Int64(NetworkFrame.known) << 32
        default: result
        }
    }

    // MARK: The bytes

    private func lying(_ result: Int64, _ name: HostCall, _ call: CallView, _ random: inout RandomBits) -> Int64 {
        let told = Int(min(result & 0xffff_ffff, Int64(CallFrame.dataLength)))
        let count = result > 0 && told > 0 ? told : 64
        switch attack.lie {
        case .bit:
            call.data.advanced(by: random.below(count)).withMemoryRebound(to: UInt8.self, capacity: 1) {
                $0.pointee ^= 1 << (attack.salt & 7)
            }
        case .garbage: fill(call.data, max(count, 512), &random)
        case .zeros: memset(call.data, 0, max(count, 512))
        case .ones: memset(call.data, 0xff, max(count, 4096 + 512))
        case .addresses: for at in 0..<512 { put(base + UInt64(random.below(64 << 20)), call.data, at * 8) }
        case .tail: fill(call.data + min(count, CallFrame.dataLength - 512), 512, &random)
        case .count: put(random.next() | 0x8000_0000_8000_0000, call.data, random.below(8) * 8)
        case .old:
            state.withLock { state in
                guard state.isTelling, !state.previous.isEmpty else { return }
                call.data.copyMemory(from: state.previous, byteCount: state.previous.count)
            }
        case .earlier: for at in 0..<4 { shift(call.data, at * 8, 0 &- random.next() >> 24) }
        case .later: for at in 0..<4 { shift(call.data, at * 8, random.next() >> 4) }
        case .head: fill(call.base, CallFrame.dataOffset, &random)
        case .everythingReady where name == .awaitEvents: return news(call, 0..<67)
        case .nothingReady where name == .awaitEvents: return 0
        case .strangers: return news(call, random.below(2) == 0 ? 0..<512 : 65_000..<65_512)
        case .badNames, .endless, .everything: return HostInvention(name, attack.lie, attack.salt).answer(call, result)
        default: break
        }
        return result
    }

    private func fill(_ start: UnsafeMutableRawPointer, _ count: Int, _ random: inout RandomBits) {
        for at in stride(from: 0, to: count & ~7, by: 8) { put(random.next(), start, at) }
    }

    private func put(_ word: UInt64, _ start: UnsafeMutableRawPointer, _ at: Int) {
        start.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
    }

    private func shift(_ start: UnsafeMutableRawPointer, _ at: Int, _ amount: UInt64) {
        put(start.loadUnaligned(fromByteOffset: at, as: UInt64.self) &+ amount, start, at)
    }

    /// Everything happened to these sockets.
    private func news(_ call: CallView, _ handles: Range<UInt64>) -> Int64 {
        for (number, handle) in handles.enumerated() { put(handle | 0xffff_ffff << 32, call.data, number * 8) }
        return Int64(handles.count)
    }
}
