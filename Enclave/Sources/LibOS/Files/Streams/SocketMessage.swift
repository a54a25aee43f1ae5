/// The MSG_* bits, of calls and of what they return.
struct MessageFlags: OptionSet {
    let rawValue: UInt32

    static let outOfBand = MessageFlags(rawValue: 0x1)
    static let peek = MessageFlags(rawValue: 0x2)
    static let dontRoute = MessageFlags(rawValue: 0x4)
    static let controlTruncated = MessageFlags(rawValue: 0x8)
    static let truncated = MessageFlags(rawValue: 0x20)
    static let dontWait = MessageFlags(rawValue: 0x40)
    static let endOfRecord = MessageFlags(rawValue: 0x80)
    static let waitAll = MessageFlags(rawValue: 0x100)
    static let errorQueue = MessageFlags(rawValue: 0x2000)
    static let noSignal = MessageFlags(rawValue: 0x4000)
    static let more = MessageFlags(rawValue: 0x8000)
    static let waitForOne = MessageFlags(rawValue: 0x10000)
    static let closeOnExec = MessageFlags(rawValue: 0x4000_0000)
}

/// One entry of a control buffer, as `struct cmsghdr` describes it.
struct ControlMessage {
    static let headerLength = 16
    static let socketLevel: Int32 = 1
    /// SCM_RIGHTS and SCM_CREDENTIALS.
    static let rights: Int32 = 1
    static let credentials: Int32 = 2

    let level: Int32
    let type: Int32
    let data: Bytes

    /// The space an entry with so many bytes of data takes.
    static func space(_ count: Int) -> Int { headerLength + (count + 7) / 8 * 8 }
}

/// What a program sends in one call.
struct OutgoingMessage {
    var data: MessageData
    var address: SocketAddress?
    var control: [ControlMessage] = []
}

/// What a receive brought besides the bytes, which are in the caller's buffers already.
struct ReceivedMessage {
    /// What the call returns; with MSG_TRUNC it may be more than there was room for.
    var count = 0
    var address: SocketAddress?
    var control: [ControlMessage] = []
    /// Open files that came with SCM_RIGHTS: each holds a reference that `descriptorRemoved` ends.
    var files: [OpenFile] = []
    var flags: MessageFlags = []
}
