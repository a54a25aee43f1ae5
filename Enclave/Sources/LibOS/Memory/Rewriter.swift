import CEnclave
import Wire

/// Turns the system-call and CPUID sites that the index lists for a verified file into jumps, when the file is mapped to be executed.
///
/// A site is patched only where the mapped, verified bytes have the pattern its kind names. Each gets a stub in a pool near the
/// mapping: the displaced instructions and a jump to the LibOS, with the return address in RCX (RDX for CPUID), so that nothing is
/// ever written to the program's stack. A site that is not patched traps and is served the same way.
enum Rewriter {
    private static let stubSize: UInt64 = 48

    static func rewrite(_ mapping: Mapping, _ space: AddressSpace) {
        guard let file = mapping.file, file.isVerified, mapping.fileOffset < UInt64(UInt32.max) else { return }
        let last = min(mapping.fileOffset + mapping.length, UInt64(UInt32.max))
        var sites: [IndexSite]
        do throws(Errno) { sites = try file.sites(from: UInt32(mapping.fileOffset), to: UInt32(last)) } catch { return }
        // Without rewriting system calls trap. CPUID is rewritten all the same: a software CPU cannot make it trap, and a program that saw
        // more of the machine than XFRM covers would lose registers.
        if !kernel.rewriting { sites.removeAll { $0.kind != .cpuidBefore && $0.kind != .cpuidAfter } }
        guard !sites.isEmpty else { return }
        let poolLength = (UInt64(sites.count) * stubSize + 16 + 4095) & ~4095
        guard let pool = stubPool(poolLength, near: mapping, space) else { return }
        var writer = StubWriter(at: pool, end: pool + poolLength)
        for site in sites { patch(site, mapping, space, &writer) }
    }

    /// Memory for stubs within the reach of a 32-bit jump from everywhere in the mapping.
    private static func stubPool(_ length: UInt64, near mapping: Mapping, _ space: AddressSpace) -> UInt64? {
        guard let start = space.gap(length, below: mapping.start) ?? space.gap(length) else { return nil }
        let distance = start > mapping.start ? start + length - mapping.start : mapping.end - start
        guard distance < 0x7fff_0000 else { return nil }
        let stubs = Mapping(
            start: start, end: start + length, protection: Protection.read | Protection.execute, flags: 2, file: nil, fileOffset: 0,
            purpose: .stubs)
        do throws(Errno) {
            try space.insert(stubs)
            try space.makePresent(start, Int(length))
        } catch { return nil }
        return start
    }

    private static func patch(_ site: IndexSite, _ mapping: Mapping, _ space: AddressSpace, _ writer: inout StubWriter) {
        let length = Int(site.length)
        let at = Int(site.instructionOffset)
        guard length >= 5, length <= 24, at + 2 <= length, UInt64(site.offset) >= mapping.fileOffset,
            UInt64(site.offset) + UInt64(length) <= mapping.fileOffset + mapping.length
        else { return }
        let address = mapping.start + (UInt64(site.offset) - mapping.fileOffset)
        // Another thread may have unmapped it while the sites were read.
        guard space.isCommitted(address, length) else { return }
        guard let code = UnsafeMutablePointer<UInt8>(bitPattern: UInt(address)) else { return }
        let isCPUID = site.kind == .cpuidBefore || site.kind == .cpuidAfter
        guard code[at] == 0x0f, code[at + 1] == (isCPUID ? 0xa2 : 0x05) else { return }
        guard UnsafeRawPointer(code).loadUnaligned(as: UInt32.self) == site.expected else { return }
        if site.kind == .systemCallAfterMove { guard code[0] == 0xb8, at == 5, length == 7 else { return } }
        // What stands before the instruction runs before it, what stands behind runs after it; both were found to be movable.
        guard
            let stub = writer.stub(
                code: code, before: at, after: at + 2, length: length, back: address + UInt64(length), cpuid: isCPUID)
        else { return }
        // The move form keeps its `0f 05`: a jump straight to it still traps. Elsewhere nothing jumps into the middle.
        let jump = Int64(bitPattern: stub) - Int64(bitPattern: address + 5)
        code[0] = 0xe9
        UnsafeMutableRawPointer(code + 1).storeBytes(of: Int32(truncatingIfNeeded: jump), as: Int32.self)
        if site.kind != .systemCallAfterMove {
            var index = 5
            while index < length {
                code[index] = 0xcc
                index += 1
            }
        }
    }
}

/// Writes stubs into a pool, one behind the other; the pool begins with the two addresses they jump through.
private struct StubWriter {
    private var next: UInt64
    private let pool: UInt64
    private let end: UInt64

    init(at pool: UInt64, end: UInt64) {
        self.pool = pool
        self.end = end
        next = pool + 16
        let slots = UnsafeMutablePointer<UInt64>(bitPattern: UInt(pool)).unsafelyUnwrapped
        slots[0] = system_call_entry_address()
        slots[1] = cpuid_entry_address()
    }

    /// The new stub's address, or `nil` when the pool is full.
    mutating func stub(code: UnsafeMutablePointer<UInt8>, before: Int, after: Int, length: Int, back: UInt64, cpuid: Bool)
        -> UInt64?
    {
        let start = next
        let needed = UInt64(before + (length - after) + 7 + 6 + 5)
        guard end - next >= needed else { return nil }
        for index in 0..<before { byte(code[index]) }
        let behind = length - after
        // lea back(%rip), %rcx or %rdx
        byte(0x48)
        byte(0x8d)
        byte(cpuid ? 0x15 : 0x0d)
        if behind == 0 { relative(to: back) } else { relative(to: next + 4 + 6) }
        // jmp *slot(%rip)
        byte(0xff)
        byte(0x25)
        relative(to: pool + (cpuid ? 8 : 0))
        if behind > 0 {
            for index in after..<length { byte(code[index]) }
            byte(0xe9)
            relative(to: back)
        }
        return start
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
