import Foundation
import Synchronization
import Wire

@testable import EnclaveHost

/// The thread that serves the slots of a hostile host: every call as it should, but for those of an attack.
final class HostileSlots: @unchecked Sendable {
    private let areas: [WitnessedArea]
    private let server: HostCallServer
    private let liar: HostLiar?
    private let isStopped = StopMark()
    private let done = DispatchGroup()
    private let count = Atomic<Int>(0)
    /// What was answered last in any slot.
    private var previous: (result: Int64, data: [UInt8]) = (0, [])
    private var random = RandomBits(seed: 11)
    /// Slots that lies go on in, with what is done there on every look.
    private var habits: [Int: (SlotView) -> Void] = [:]

    init(_ areas: [WitnessedArea], _ server: HostCallServer, _ liar: HostLiar?) {
        self.areas = areas
        self.server = server
        self.liar = liar
    }

    /// How many calls were answered.
    var served: Int { count.load(ordering: .relaxed) }

    func start() {
        for area in areas { slot(area).store(attention: .max) }
        done.enter()
        Thread.detachNewThread { [self] in
            while !isStopped.isSet {
                for (vcpu, area) in areas.enumerated() { look(slot(area), vcpu) }
            }
            done.leave()
        }
    }

    func stop() {
        isStopped.set()
        done.wait()
        liar?.called()
    }

    private func slot(_ area: WitnessedArea) -> SlotView { SlotView(base: area.start) }

    private func look(_ slot: SlotView, _ vcpu: Int) {
        habits[vcpu]?(slot)
        let word = slot.word
        guard word.phase == .published else { return }
        let name = HostCall(rawValue: slot.call.number)
        if let name, let lie = liar?.slotLie(name) { return tell(lie, word, slot, vcpu) }
        guard slot.claim(word) else { return }
        serve(word, name, slot, vcpu)
    }

    /// As it should, or with the result or the data of the attack.
    private func serve(_ word: SlotWord, _ name: HostCall?, _ slot: SlotView, _ vcpu: Int) {
        liar?.called()
        let call = slot.call
        var isDeclined = false
        let honestly = { [server] () -> Int64 in
            let result = server.serveAtOnce(call, vcpu: vcpu)
            isDeclined = result == nil
            return result ?? 0
        }
        if liar?.tellsOfHead == true { areas[vcpu].isContested = true }
        let result = name.flatMap { liar?.serve($0, call, honestly) } ?? honestly()
        if isDeclined { return slot.finish(word, .declined) }
        call.store(result: result)
        previous = (result, call.bytes(4096))
        count.add(1, ordering: .relaxed)
        if let name, liar?.answered(name, call) == true { areas[vcpu].isContested = true }
        slot.finish(word, .answered)
    }

    // MARK: Lies about the slot

    private func tell(_ lie: HostLie, _ word: SlotWord, _ slot: SlotView, _ vcpu: Int) {
        let call = slot.call
        let name = HostCall(rawValue: call.number)
        switch lie {
        case .slotStale: slot.finish(SlotWord(word.number - 1, .published), .answered)
        case .slotOther: slot.finish(other(than: word, vcpu), .answered)
        case .slotReplayed:
            call.store(result: previous.result)
            call.data.copyMemory(from: previous.data, byteCount: previous.data.count)
            slot.finish(word, .answered)
        case .slotTwice:
            serve(word, name, slot, vcpu)
            habits[vcpu] = { if $0.word.number == word.number + 1 { $0.finish(word, .answered) } }
        case .slotEarly:
            serve(word, name, slot, vcpu)
            habits[vcpu] = { slot in
                slot.call.store(result: 4096)
                slot.finish(SlotWord(word.number + 1, .published), .answered)
            }
        case .slotLate:
            // Nobody looks: it is taken back.
            slot.store(attention: 0)
            while slot.word == word, !isStopped.isSet {}
            _ = server.serveAtOnce(call, vcpu: vcpu)
            slot.finish(word, .answered)
            slot.store(attention: .max)
        case .slotChanged: change(word, slot, vcpu)
        case .slotAttention:
            habits[vcpu] = { [self] in $0.store(attention: random.below(2) == 0 ? 0 : random.next()) }
            if slot.claim(word) { serve(word, name, slot, vcpu) }
        case .slotKept: _ = slot.claim(word)
        case .slotReleased:
            _ = slot.claim(word)
            slot.finish(word, random.below(2) == 0 ? .free : .published)
        default: habits[vcpu] = { [self] in $0.finish(SlotWord(rawValue: random.next()), .answered) }
        }
    }

    /// The word of another vCPU's slot, or one of a call to come.
    private func other(than word: SlotWord, _ vcpu: Int) -> SlotWord {
        for other in areas.indices where other != vcpu && slot(areas[other]).word.number != word.number {
            return slot(areas[other]).word
        }
        return SlotWord(word.number + 1, .published)
    }

    private func change(_ word: SlotWord, _ slot: SlotView, _ vcpu: Int) {
        let call = slot.call
        guard slot.claim(word) else { return }
        let result = server.serveAtOnce(call, vcpu: vcpu)
        for at in 0..<7 { call.head.storeBytes(of: random.next(), toByteOffset: at * 8, as: UInt64.self) }
        for at in 0..<512 { call.data.storeBytes(of: random.next(), toByteOffset: at * 8, as: UInt64.self) }
        call.store(result: result ?? 64)
        slot.finish(word, .answered)
    }
}
