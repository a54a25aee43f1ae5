import CEnclave

/// The frame a handler runs on: `struct rt_sigframe` of x86-64 Linux.
///
/// ```
///   0 return address     8 uc_flags   16 uc_link   24 uc_stack (24 bytes)
///  48 sigcontext: 18 registers from r8 to rflags, segments, err, trapno, oldmask, cr2, fpstate, 8 reserved words
/// 304 uc_sigmask       312 siginfo (128 bytes)     440 end
/// ```
/// The extended state lies above it, 64-byte aligned.
enum SignalFrame {
    static let byteCount: UInt64 = 440
    static let contextOffset: UInt64 = 8
    static let informationOffset: UInt64 = 312

    private static let alternateStack = 24
    private static let registers = 48
    private static let segments = registers + 18 * 8
    private static let error = 200
    private static let vector = 208
    private static let oldMask = 216
    private static let faultAddress = 224
    private static let extendedState = 232
    /// Words Linux leaves alone: here stand what tells an interrupted call that is to be made again, and where it returns to.
    private static let callMark = 240
    private static let callReturn = 248
    private static let mask = 304

    /// UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS.
    private static let contextFlags: UInt64 = 7
    /// CS 0x33, GS and FS 0, SS 0x2b.
    private static let userSegments: UInt64 = 0x2b_0000_0000_0033
    private static let interruptedCall: UInt64 = 0x4c4c_4143_5452_5352
    /// SYSCALL is two bytes long: while a call waits to be made again its instruction is where the program stands.
    private static let callLength: UInt64 = 2

    /// Writes all of it but what is above; `resumes` when the interrupted call is to be made again after the handler.
    static func store(
        to place: UnsafeMutableRawPointer, _ frame: trap_frame, _ signals: ThreadSignals, restorer: UInt64, state: UInt64,
        resumes: Bool
    ) {
        func put(_ value: UInt64, _ offset: Int) { place.storeBytes(of: value, toByteOffset: offset, as: UInt64.self) }
        put(restorer, 0)
        put(contextFlags, 8)
        put(0, 16)
        put(signals.alternateStack.start, alternateStack)
        put(UInt64(signals.alternateStack.flags), alternateStack + 8)
        put(signals.alternateStack.size, alternateStack + 16)
        put(userSegments, segments)
        put(signals.lastFault.error, error)
        put(signals.lastFault.vector, vector)
        put(signals.savedMask ?? signals.mask, oldMask)
        put(signals.lastFault.address, faultAddress)
        put(state, extendedState)
        put(resumes ? interruptedCall : 0, callMark)
        put(resumes ? frame.rip : 0, callReturn)
        put(signals.savedMask ?? signals.mask, mask)
        var shown = frame
        if resumes {
            shown.rax = frame.original_rax
            shown.rip = frame.rip &- callLength
        }
        storeRegisters(shown) { put($0, registers + $1 * 8) }
    }

    private static func storeRegisters(_ frame: trap_frame, _ put: (UInt64, Int) -> Void) {
        put(frame.r8, 0)
        put(frame.r9, 1)
        put(frame.r10, 2)
        put(frame.r11, 3)
        put(frame.r12, 4)
        put(frame.r13, 5)
        put(frame.r14, 6)
        put(frame.r15, 7)
        put(frame.rdi, 8)
        put(frame.rsi, 9)
        put(frame.rbp, 10)
        put(frame.rbx, 11)
        put(frame.rdx, 12)
        put(frame.rax, 13)
        put(frame.rcx, 14)
        put(frame.rsp, 15)
        put(frame.rip, 16)
        put(frame.rflags, 17)
    }

    /// What rt_sigreturn finds, copied once.
    struct Contents {
        var frame = trap_frame()
        var mask: UInt64 = 0
        var alternateStack = AlternateStack()
        var extendedState: UInt64 = 0
        /// The frame stands behind a call that is to be made again.
        var resumesCall = false
    }

    static func load(_ address: UInt64) throws(Errno) -> Contents {
        let memory = try userMemory()
        let place = try memory.readable(address, Int(byteCount))
        func word(_ offset: Int) -> UInt64 { place.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        var contents = Contents()
        contents.mask = word(mask)
        contents.alternateStack.start = word(alternateStack)
        contents.alternateStack.flags = UInt32(truncatingIfNeeded: word(alternateStack + 8))
        contents.alternateStack.size = word(alternateStack + 16)
        contents.extendedState = word(extendedState)
        contents.frame = loadRegisters { word(registers + $0 * 8) }
        if word(callMark) == interruptedCall, contents.frame.rip == word(callReturn) &- callLength {
            contents.resumesCall = true
            contents.frame.rip = word(callReturn)
        }
        return contents
    }

    private static func loadRegisters(_ word: (Int) -> UInt64) -> trap_frame {
        var frame = trap_frame()
        frame.r8 = word(0)
        frame.r9 = word(1)
        frame.r10 = word(2)
        frame.r11 = word(3)
        frame.r12 = word(4)
        frame.r13 = word(5)
        frame.r14 = word(6)
        frame.r15 = word(7)
        frame.rdi = word(8)
        frame.rsi = word(9)
        frame.rbp = word(10)
        frame.rbx = word(11)
        frame.rdx = word(12)
        frame.rax = word(13)
        frame.rcx = word(14)
        frame.rsp = word(15)
        frame.rip = word(16)
        frame.rflags = word(17)
        frame.restore_all = 1
        frame.original_rax = UInt64.max
        return frame
    }

    /// Whether a program may stand there: anything else would be a fault of the kernel's when it goes back.
    static func isUserAddress(_ address: UInt64) -> Bool { address < 1 << 47 }
}
