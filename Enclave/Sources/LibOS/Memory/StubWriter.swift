import CEnclave

/// Writes one stub into a pool of stubs, which begins with the two addresses they jump through.
struct StubWriter {
    private var next: UInt64
    private let pool: UInt64

    /// `nil` where there is no page for it.
    init?(at stub: UInt64, count: Int, pool: UInt64, _ space: AddressSpace) {
        next = stub
        self.pool = pool
        do throws(Errno) {
            try space.makePresent(stub, count)
            if !space.isCommitted(pool, 16) || Self.slots(pool)[0] == 0 { try Self.begin(pool, space) }
        } catch { return nil }
    }

    private static func slots(_ pool: UInt64) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutablePointer<UInt64>(bitPattern: UInt(pool)).unsafelyUnwrapped
    }

    private static func begin(_ pool: UInt64, _ space: AddressSpace) throws(Errno) {
        try space.makePresent(pool, 16)
        slots(pool)[0] = system_call_entry_address()
        slots(pool)[1] = cpuid_entry_address()
    }

    /// The displaced instructions around a jump to the LibOS, and the way back.
    mutating func write(code: UnsafeMutablePointer<UInt8>, before: Int, after: Int, length: Int, back: UInt64, cpuid: Bool) {
        for index in 0..<before { byte(code[index]) }
        // lea back(%rip), %rcx or %rdx
        byte(0x48)
        byte(0x8d)
        byte(cpuid ? 0x15 : 0x0d)
        if length == after { relative(to: back) } else { relative(to: next + 4 + 6) }
        // jmp *slot(%rip)
        byte(0xff)
        byte(0x25)
        relative(to: pool + (cpuid ? 8 : 0))
        guard length > after else { return }
        for index in after..<length { byte(code[index]) }
        byte(0xe9)
        relative(to: back)
    }

    private mutating func byte(_ value: UInt8) {
        UnsafeMutablePointer<UInt8>(bitPattern: UInt(next)).unsafelyUnwrapped.pointee = value
        next += 1
    }

    private mutating func relative(to target: UInt64) {
        let distance = Int32(truncatingIfNeeded: Int64(bitPattern: target) - Int64(bitPattern: next + 4))
        UnsafeMutableRawPointer(bitPattern: UInt(next)).unsafelyUnwrapped.storeBytes(of: distance, as: Int32.self)
        next += 4
    }
}
