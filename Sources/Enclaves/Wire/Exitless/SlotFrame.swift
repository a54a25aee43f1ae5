/// The slot of a vCPU for calls without an exit: behind the head of its call area (`CallFrame`), whose data area it shares.
///
/// ```
/// 128 u64 `SlotWord`
/// 192 u64 how often the enclave does well to look for the host to take a call, before it leaves for it; 0: nobody looks at slots. Only
///         the host writes it
/// 256 the request and its result, laid out as the first 64 bytes of `CallFrame`
/// ```
///
/// The parts are cache lines apart. The word is the only thing both sides write.
public enum SlotFrame {
    public static let wordOffset = 128
    public static let attentionOffset = 192
    public static let headOffset = 256
    public static let headLength = 64
}
