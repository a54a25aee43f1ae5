import CEnclave

/// The page from which a program's vDSO reads the clocks (vdso.S), and the vDSO behind it.
///
/// ```
///  0 u32 sequence, odd while the words change    8 TSC
/// 16 monotonic: nanoseconds a tick (32.32)      24 nanoseconds at that TSC
/// 32 realtime: the same two words               48 where a system call enters the kernel
/// ```
/// The kernel writes it and never reads it: a program that overwrites its own spoils its own clocks.
enum TimePage {
    private static let length = PagePool.pageSize

    /// Maps both pages; the address of the vDSO's header, or `nil` where there is no room, and programs make calls instead.
    static func map(in space: AddressSpace) -> UInt64? {
        space.timePage = nil
        guard let start = space.gap(2 * length) else { return nil }
        let code = Int(vdso_image_length())
        do throws(Errno) {
            try space.insert(
                Mapping(
                    start: start, end: start + length, protection: Protection.read | Protection.write, flags: 2, purpose: .clocks))
            try space.insert(
                Mapping(
                    start: start + length, end: start + 2 * length, protection: Protection.read | Protection.execute, flags: 2,
                    purpose: .clockCode))
            let memory = try space.userMemory()
            let text = try memory.populated(start + length, Int(length))
            text.copyMemory(from: vdso_image_start(), byteCount: code)
        } catch {
            space.remove(start, start + 2 * length)
            return nil
        }
        space.timePage = start
        publish(to: space)
        return start + length
    }

    /// Writes the clocks as they run now; a space that is set aside gets them when its turn comes.
    static func publish(to space: AddressSpace) {
        guard let address = space.timePage, space.isResident else { return }
        // The program may have mapped something else there.
        guard let mapping = space.mapping(at: address), mapping.purpose == .clocks else { return }
        do throws(Errno) {
            let memory = try space.userMemory()
            let page = try memory.populated(address, Int(length))
            let clocks = Clock.rates
            let sequence = page.assumingMemoryBound(to: UInt32.self)
            word_store(sequence, word_load(sequence) | 1)
            let words = page.assumingMemoryBound(to: UInt64.self)
            words[1] = clocks.tsc
            words[2] = clocks.monotonicScale
            words[3] = clocks.monotonic
            words[4] = clocks.realtimeScale
            words[5] = clocks.realtime
            words[6] = system_call_entry_address()
            word_store(sequence, word_load(sequence) &+ 1)
        } catch {
            // Without a page there is nobody who reads it.
        }
    }
}
