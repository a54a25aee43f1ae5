/// Where the parts of a socket call stand in the data area.
///
/// ```
///    0  u32 length of the address   4  u32 MSG_* flags of what was received   8  u32 length of the control messages
///   16  the address, 128 bytes at most
///  144  control messages, `controlLength` bytes at most
/// 4096  payload
/// ```
public enum NetworkFrame {
    public static let headLength = 16
    public static let addressOffset = 16
    public static let addressLength = 128
    public static let controlOffset = 144
    public static let controlLength = 1024
    public static let payloadOffset = 4096
    public static let payloadLength = CallFrame.dataLength - payloadOffset

    /// In the upper half of a result: the events beside it were asked for after the call.
    public static let known: UInt32 = 1 << 30
    /// The first handle a socket may have: those below are the standard streams.
    public static let firstHandle: UInt32 = 3
    /// Handles are below this.
    public static let handleLimit: UInt32 = 65_536
    /// The most pairs one `awaitEvents` brings.
    public static let mostEvents = 512
}

/// The files that say how the host finds names.
public enum NameFile: UInt64, Sendable {
    case resolver = 0
    case hosts = 1
}
