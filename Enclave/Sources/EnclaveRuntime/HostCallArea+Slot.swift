package import CEnclave
package import Wire

extension HostCallArea {
    /// Makes a call through this vCPU's slot; `nil` where it is to be made with an exit, because nobody took it or it would wait.
    ///
    /// The vCPU waits for the answer as it waits for the host, so all that callers do with result and data stays as it is. A slot is used
    /// again only when its call is over on both sides: answered, declined or taken back.
    func callThroughSlot(_ request: Request, idle: Bool) -> Int64? {
        let attention = attention
        guard attention != 0 else { return nil }
        let block = vcpu_current()
        var pace = SlotPace(rawValue: block.pointee.slot_pace)
        let mayTry = pace.mayTry() && block.pointee.slot_calls < SlotWord.mostCalls
        block.pointee.slot_pace = pace.rawValue
        guard mayTry else { return nil }
        block.pointee.slot_calls += 1
        var wait = SlotWait(number: block.pointee.slot_calls, patience: attention)
        write(request, at: SlotFrame.headOffset)
        slot_store(address(SlotFrame.wordOffset), wait.published.rawValue)
        let outcome = follow(&wait, idle: idle)
        if outcome == .withdrawn { pace.failed() } else { pace.succeeded() }
        block.pointee.slot_pace = pace.rawValue
        guard outcome != .withdrawn, outcome != .declined else { return nil }
        block.pointee.exitless_calls += 1
        return outcome == .answered ? result(at: SlotFrame.headOffset) : Self.inputOutputError
    }

    /// How many calls of this vCPU were made without an exit.
    package var exitlessCalls: UInt64 { vcpu_current().pointee.exitless_calls }

    private enum Outcome { case answered, declined, withdrawn, broken }

    /// EIO: the host broke the rules of the slot.
    private static let inputOutputError: Int64 = -5

    /// How long the host thinks it pays to wait for it; a hint: where it is wrong the call costs more time.
    private var attention: UInt64 { slot_load(address(SlotFrame.attentionOffset)) }

    private func follow(_ wait: inout SlotWait, idle: Bool) -> Outcome {
        let place = address(SlotFrame.wordOffset)
        while true {
            switch wait.look(at: SlotWord(rawValue: slot_load(place)), attended: attention != 0) {
            case .look: cpu_relax()
            case .withdraw:
                let done = slot_exchange(place, wait.published.rawValue, wait.published.now(.free).rawValue) != 0
                if wait.withdrew(done) == .exit { return .withdrawn }
            // The head of the call area is free, and this call leaves the data area alone.
            case .rest(let nanoseconds): _ = leave(Request(.park, nanoseconds), idle: idle)
            case .answered: return .answered
            case .exit: return .declined
            case .broken: return .broken
            }
        }
    }
}
