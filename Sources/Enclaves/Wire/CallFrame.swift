/// The head of a vCPU's call area, in untrusted memory.
///
/// ```
///   0  u32 host call        4  u32 zero
///   8  6 × u64 arguments
///  56  i64 result (a negative errno on failure)
///  64  u64 not zero: signals wait for `takeSignals`; written with a result, and before an interruption is handed in
///  72  zero … up to 4096, but for the slot (`SlotFrame`)
/// 4096 data area, `dataLength` bytes
/// ```
public enum CallFrame {
    public static let callOffset = 0
    public static let argumentsOffset = 8
    public static let resultOffset = 56
    public static let signalsOffset = 64
    public static let dataOffset = 4096
    /// 256 KiB: a read of sixteen chunks of 16 KiB fits one call.
    public static let dataLength = 262_144
    public static let totalLength = dataOffset + dataLength
}

/// The range of wire versions this side speaks; the enclave picks the highest both have.
///
/// 1: host calls 1 to 17. 2: `trimPages` and `removePages`, which only enclaves with dynamic memory make. 3: host calls 20 to 89.
public enum WireVersion {
    public static let oldest: UInt32 = 1
    public static let newest: UInt32 = 3
    /// The first with what dynamic memory asks of the host.
    public static let dynamicMemory: UInt32 = 2
    /// The first with sockets.
    public static let network: UInt32 = 3
    /// The first with traces.
    public static let traces: UInt32 = 3
    /// The first with what encrypted volumes ask of the host.
    public static let volumes: UInt32 = 3
}
