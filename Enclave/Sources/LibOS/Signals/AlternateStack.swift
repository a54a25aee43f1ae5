/// sigaltstack: where handlers with SA_ONSTACK run.
struct AlternateStack {
    var start: UInt64 = 0
    var size: UInt64 = 0
    /// As the program set them; SS_DISABLE at first.
    var flags: UInt32 = Self.disabled

    static let active: UInt32 = 1
    static let disabled: UInt32 = 2
    /// SS_AUTODISARM: off while a handler runs on it, so that it may be left for another stack.
    static let disarms: UInt32 = 1 << 31
    static let smallest: UInt64 = 2048

    var top: UInt64 { start &+ size }

    /// Whether it holds this stack pointer, a full stack included, as Linux counts it.
    func holds(_ pointer: UInt64) -> Bool { pointer > start && pointer - start <= size }

    func isActive(_ pointer: UInt64) -> Bool { flags & Self.disarms == 0 && holds(pointer) }

    /// SS_DISABLE, SS_ONSTACK or 0.
    func state(_ pointer: UInt64) -> UInt32 {
        if size == 0 { return Self.disabled }
        return isActive(pointer) ? Self.active : 0
    }

    /// stack_t: the address, the flags, the size.
    static func load(_ address: UInt64) throws(Errno) -> AlternateStack {
        var stack = AlternateStack()
        stack.start = try userLoad(address, as: UInt64.self)
        stack.flags = try userLoad(address &+ 8, as: UInt32.self)
        stack.size = try userLoad(address &+ 16, as: UInt64.self)
        return stack
    }

    /// Takes what a program asks for in place of this one, which must not be in use.
    mutating func replace(with new: AlternateStack, pointer: UInt64) throws(Errno) {
        guard !isActive(pointer) else { throw .EPERM }
        let mode = new.flags & ~Self.disarms
        guard mode <= Self.disabled else { throw .EINVAL }
        var new = new
        if mode == Self.disabled {
            new.start = 0
            new.size = 0
        } else {
            guard new.size >= Self.smallest else { throw .ENOMEM }
        }
        self = new
    }
}
