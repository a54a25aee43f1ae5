import CEnclave
import Wire

/// Builds and takes back the frame a handler runs on: `struct rt_sigframe` of x86-64 Linux.
///
/// ```
///   0 return address   8 ucontext (304 bytes): 8 flags, 8 link, 24 stack, 256 sigcontext, 8 mask   312 siginfo (128)
/// ```
/// The extended state lies above, 64-byte aligned, with the kernel's magic words behind it.
enum SignalDelivery {
    private static let frameSize: UInt64 = 440
    private static let stateSize = 2688
    private static let magic1: UInt32 = 0x4650_5853
    private static let magic2: UInt32 = 0x4650_5845
    /// In the trapno word: the interrupted system call is to be made again when the handler returns.
    private static let restartMark: UInt64 = 0x5245_5354_4152_5431

    /// Delivers what is pending; returns when the frame is what the thread goes on with.
    static func deliver(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) {
        while let information = thread.takeSignal() {
            let index = Int(information.signal)
            let action = thread.process.signals.actions[index]
            if action.handler == 1 { continue }
            if action.handler == 0 {
                if Signal.isIgnoredByDefault(information.signal) { continue }
                end(thread, information)
                return
            }
            do throws(Errno) { try push(information, action, thread, frame) } catch {
                // No room for the frame: Linux ends the process with SIGSEGV.
                end(thread, SignalInformation(signal: Signal.segmentation))
                return
            }
            if action.flags & SignalAction.resetHandler != 0 { thread.process.signals.actions[index] = SignalAction() }
            return
        }
        if let saved = thread.signals.savedMask {
            thread.signals.mask = saved
            thread.signals.savedMask = nil
        }
    }

    private static func end(_ thread: Thread, _ information: SignalInformation) {
        if information.isFault {
            var text = LogText("the program ended by signal ")
            text.append(Int64(information.signal))
            text.append(" at address ")
            text.append(hex: information.address)
            text.append(", instruction ")
            text.append(hex: information.value)
            Host.log(.warning, text.bytes)
        }
        endProcess(thread.process, status: 0, signal: UInt32(information.signal))
    }

    private static func push(
        _ information: SignalInformation, _ action: SignalAction, _ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>
    ) throws(Errno) {
        var stack = frame.pointee.rsp &- 128
        let onAlternate = stack &- thread.signals.stackPointer < thread.signals.stackSize
        if action.flags & SignalAction.onStack != 0, thread.signals.stackFlags & 2 == 0, !onAlternate {
            stack = thread.signals.stackPointer &+ thread.signals.stackSize
        }
        let state = (stack &- UInt64(stateSize + 4)) & ~63
        let place = ((state &- frameSize) & ~15) &- 8
        try storeExtendedState(at: state)
        let restart = isRestartable(frame) && thread.restarts(action)
        let bytes = context(thread, frame, state: state, fault: information, restart: restart, restorer: action.restorer)
        try userStoreBytes(bytes, to: place)
        try userStoreBytes(information.bytes, to: place &+ 312)
        var blocked = action.mask
        if action.flags & SignalAction.noDefer == 0 { blocked |= Signal.bit(information.signal) }
        thread.signals.mask |= blocked & ~Signal.unblockable
        thread.signals.savedMask = nil
        frame.pointee.rdi = UInt64(information.signal)
        frame.pointee.rsi = place &+ 312
        frame.pointee.rdx = place &+ 8
        frame.pointee.rax = 0
        frame.pointee.rip = action.handler
        frame.pointee.rsp = place
        frame.pointee.rflags = 0x202
        frame.pointee.restore_all = 1
        frame.pointee.original_rax = UInt64.max
    }

    private static func isRestartable(_ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
        guard frame.pointee.original_rax != UInt64.max else { return false }
        return Int64(bitPattern: frame.pointee.rax) == -Int64(Errno.EINTR.code) && !neverRestarted(frame.pointee.original_rax)
    }

    /// Calls that Linux lets return EINTR whatever SA_RESTART says: the sleeps, polls and waits for signals.
    private static func neverRestarted(_ number: UInt64) -> Bool {
        switch number {
        case 7, 23, 34, 35, 128, 130, 230, 232, 270, 271, 281: return true
        default: return false
        }
    }

    private static func context(
        _ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>, state: UInt64, fault: SignalInformation, restart: Bool,
        restorer: UInt64
    ) -> Bytes {
        var out = Bytes(repeating: 0, count: 312)
        let f = frame.pointee
        out.withUnsafeMutableBytes { raw in
            func word(_ offset: Int, _ value: UInt64) { raw.storeBytes(of: value, toByteOffset: offset, as: UInt64.self) }
            word(0, restorer != 0 ? restorer : signal_return_address())
            word(8, 1)
            word(24, thread.signals.stackPointer)
            word(32, UInt64(thread.signals.stackFlags))
            word(40, thread.signals.stackSize)
            let registers = [
                f.r8, f.r9, f.r10, f.r11, f.r12, f.r13, f.r14, f.r15, f.rdi, f.rsi, f.rbp, f.rbx, f.rdx,
                restart ? f.original_rax : f.rax, f.rcx, f.rsp, f.rip, f.rflags, 0x2b_0000_0000_0033,
            ]
            for (index, value) in registers.enumerated() { word(48 + index * 8, value) }
            word(48 + 19 * 8, fault.isFault ? UInt64(UInt32(bitPattern: fault.pid)) : 0)
            word(48 + 20 * 8, restart ? restartMark : UInt64(fault.uid))
            word(48 + 21 * 8, thread.signals.mask)
            word(48 + 22 * 8, fault.isFault ? fault.address : 0)
            word(48 + 23 * 8, state)
            word(304, thread.signals.savedMask ?? thread.signals.mask)
        }
        return out
    }

    private static func storeExtendedState(at address: UInt64) throws(Errno) {
        guard let buffer = heap_pages(4096) else { throw .ENOMEM }
        defer { heap_pages_free(buffer, 4096) }
        zeroMemory(buffer, 4096)
        extended_state_save(buffer)
        buffer.storeBytes(of: magic1, toByteOffset: 464, as: UInt32.self)
        buffer.storeBytes(of: UInt32(stateSize + 4), toByteOffset: 468, as: UInt32.self)
        buffer.storeBytes(of: xcr0_read() & 0xe7, toByteOffset: 472, as: UInt64.self)
        buffer.storeBytes(of: UInt32(stateSize), toByteOffset: 480, as: UInt32.self)
        buffer.storeBytes(of: magic2, toByteOffset: stateSize, as: UInt32.self)
        try userStoreBytes(Bytes(UnsafeRawBufferPointer(start: buffer, count: stateSize + 4)), to: address)
    }

    /// rt_sigreturn: everything from the frame, nothing believed that could harm the kernel.
    ///
    /// True when the call is to be made again.
    static func takeBack(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) throws(Errno) -> Bool {
        let place = frame.pointee.rsp &- 8
        let bytes = try userBytes(place, 312)
        func word(_ offset: Int) -> UInt64 { bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) } }
        func register(_ index: Int) -> UInt64 { word(48 + index * 8) }
        try loadExtendedState(register(23))
        frame.pointee.r8 = register(0)
        frame.pointee.r9 = register(1)
        frame.pointee.r10 = register(2)
        frame.pointee.r11 = register(3)
        frame.pointee.r12 = register(4)
        frame.pointee.r13 = register(5)
        frame.pointee.r14 = register(6)
        frame.pointee.r15 = register(7)
        frame.pointee.rdi = register(8)
        frame.pointee.rsi = register(9)
        frame.pointee.rbp = register(10)
        frame.pointee.rbx = register(11)
        frame.pointee.rdx = register(12)
        frame.pointee.rax = register(13)
        frame.pointee.rcx = register(14)
        frame.pointee.rsp = register(15)
        frame.pointee.rip = register(16)
        frame.pointee.rflags = register(17)
        frame.pointee.restore_all = 1
        frame.pointee.original_rax = UInt64.max
        thread.signals.mask = word(304) & ~Signal.unblockable
        return register(20) == restartMark
    }

    private static func loadExtendedState(_ address: UInt64) throws(Errno) {
        guard address != 0 else { return }
        guard let buffer = heap_pages(4096) else { throw .ENOMEM }
        defer { heap_pages_free(buffer, 4096) }
        zeroMemory(buffer, 4096)
        let bytes = try userBytes(address, stateSize)
        bytes.withUnsafeBytes { buffer.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: stateSize) }
        // XRSTOR faults on reserved bits, and a fault here would be the kernel's.
        let mxcsr = buffer.load(fromByteOffset: 24, as: UInt32.self) & 0xffff
        buffer.storeBytes(of: mxcsr, toByteOffset: 24, as: UInt32.self)
        let features = buffer.load(fromByteOffset: 512, as: UInt64.self) & xcr0_read() & 0xe7
        buffer.storeBytes(of: features, toByteOffset: 512, as: UInt64.self)
        zeroMemory(buffer + 520, 56)
        extended_state_restore(buffer)
    }
}
