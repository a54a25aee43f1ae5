/// GPRSGX (SDM 35.9.1.1): the registers an asynchronous exit saves at the very end of the SSA frame.
///
/// Wire: 184 bytes; RAX RCX RDX RBX RSP RBP RSI RDI R8 to R15 (0 to 127), RFLAGS 128, RIP 136, URSP 144, URBP 152, EXITINFO 160,
/// AEXNOTIFY 167, FSBASE 168, GSBASE 176.
public struct GPRSGX: Equatable, Sendable {
    public static let byteCount = 184

    public var rax: UInt64 = 0
    public var rcx: UInt64 = 0
    public var rdx: UInt64 = 0
    public var rbx: UInt64 = 0
    public var rsp: UInt64 = 0
    public var rbp: UInt64 = 0
    public var rsi: UInt64 = 0
    public var rdi: UInt64 = 0
    public var r8: UInt64 = 0
    public var r9: UInt64 = 0
    public var r10: UInt64 = 0
    public var r11: UInt64 = 0
    public var r12: UInt64 = 0
    public var r13: UInt64 = 0
    public var r14: UInt64 = 0
    public var r15: UInt64 = 0
    public var rflags: UInt64 = 0
    public var rip: UInt64 = 0
    /// The host's stack, as it was on entry.
    public var ursp: UInt64 = 0
    public var urbp: UInt64 = 0
    public var exitInfo = EXITINFO()
    public var aexNotify: UInt8 = 0
    public var fsBase: UInt64 = 0
    public var gsBase: UInt64 = 0

    public init() {}

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .gprsgx, size: GPRSGX.byteCount)
        try fields.requireZero(164..<167)
        (rax, rcx, rdx, rbx) = (fields.u64(0), fields.u64(8), fields.u64(16), fields.u64(24))
        (rsp, rbp, rsi, rdi) = (fields.u64(32), fields.u64(40), fields.u64(48), fields.u64(56))
        (r8, r9, r10, r11) = (fields.u64(64), fields.u64(72), fields.u64(80), fields.u64(88))
        (r12, r13, r14, r15) = (fields.u64(96), fields.u64(104), fields.u64(112), fields.u64(120))
        (rflags, rip, ursp, urbp) = (fields.u64(128), fields.u64(136), fields.u64(144), fields.u64(152))
        exitInfo = EXITINFO(rawValue: fields.u32(160))
        aexNotify = fields.u8(167)
        (fsBase, gsBase) = (fields.u64(168), fields.u64(176))
    }

    public var bytes: [UInt8] {
        let words = [
            rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, rflags, rip, ursp, urbp,
        ]
        var writer = FieldWriter(size: GPRSGX.byteCount)
        for index in 0..<words.count { writer.put(words[index], at: index * 8) }
        writer.put(exitInfo.rawValue, at: 160)
        writer.put(aexNotify, at: 167)
        writer.put(fsBase, at: 168)
        writer.put(gsBase, at: 176)
        return writer.bytes
    }
}
