import CLinux
import Wire

/// The slot of a call area (`SlotFrame`) as the thread that serves it sees it.
struct SlotView {
    let base: UnsafeMutableRawPointer

    var word: SlotWord { SlotWord(rawValue: cl_shared_load(base + SlotFrame.wordOffset)) }

    /// Takes a published call, unless the enclave took it back; then it is ours until `finish`.
    func claim(_ word: SlotWord) -> Bool {
        cl_shared_exchange(base + SlotFrame.wordOffset, word.rawValue, word.now(.claimed).rawValue) != 0
    }

    /// Ends a claimed call; result and data stand there before.
    func finish(_ word: SlotWord, _ phase: SlotWord.Phase) {
        cl_shared_store(base + SlotFrame.wordOffset, word.now(phase).rawValue)
    }

    func store(attention: UInt64) { cl_shared_store(base + SlotFrame.attentionOffset, attention) }

    /// As with the answer to any call.
    func store(signalsWait: Bool) { CallView(base: base).store(signalsWait: signalsWait) }

    /// Request and data of the call in the slot.
    var call: CallView { CallView(base: base, headOffset: SlotFrame.headOffset) }
}

extension ExitlessCalls {
    static func cover(_ name: HostCall, _ call: CallView) -> Bool {
        cover(name, call.argument(0), call.argument(1), call.argument(2))
    }
}
