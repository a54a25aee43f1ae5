/// GPRSGX of a save state area, which in simulation the host can see and change.
struct SaveStateFrame {
    private let base: UnsafeMutableRawPointer
    init(_ base: UnsafeMutableRawPointer) { self.base = base }

    var rip: UInt64 { base.load(fromByteOffset: 136, as: UInt64.self) }

    /// Makes the trap look like the timer interrupt it would be on hardware, where there is no exception to tell of, and asks for another one
    /// after the next instruction.
    func arm(_ again: Bool) {
        let flags = base.load(fromByteOffset: 128, as: UInt64.self)
        base.storeBytes(of: again ? flags | 0x100 : flags & ~0x100, toByteOffset: 128, as: UInt64.self)
        base.storeBytes(of: 0, toByteOffset: 160, as: UInt32.self)
    }
}
