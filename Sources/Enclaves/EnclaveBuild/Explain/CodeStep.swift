/// What one instruction means for finding system calls.
struct CodeStep {
    enum Effect {
        /// Does nothing: what fills the space between functions and loops.
        case none
        case set(Int, UInt64)
        case copy(to: Int, from: Int)
        /// Writes the registers of this mask, with what nobody follows.
        case clobber(UInt16)
        case systemCall
        case call(UInt64)
        /// Through a word at this address: an import, or a pointer that is filled in.
        case callThrough(UInt64)
        case callUnknown
        case jump(UInt64)
        case branch(UInt64)
        case jumpThrough(UInt64)
        /// A return, a trap, a jump to nobody knows where.
        case end
        /// The address of something, perhaps of a function.
        case address(UInt64, into: Int)
    }

    let address: UInt64
    let length: Int
    let effect: Effect
    var isPadding: Bool {
        if case .none = effect { true } else { false }
    }
    var next: UInt64 { address &+ UInt64(length) }
}
