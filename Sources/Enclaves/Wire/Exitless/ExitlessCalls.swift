/// Which host calls may be made without an exit: those that one thread can serve for all vCPUs, since none of them waits for
/// anything but a file's disk.
///
/// Both sides ask: the enclave leaves for the others, and the host declines them.
public enum ExitlessCalls {
    /// Bytes a call may move: of more the host's work is most of the cost, and it can be done on the processor that asks for it.
    public static let mostBytes: UInt64 = 65536

    /// Whether a call with these arguments is one of them.
    public static func cover(_ call: HostCall, _ a0: UInt64, _ a1: UInt64, _ a2: UInt64) -> Bool {
        switch call {
        case .fetchIndex, .fetchFile, .writeStream, .sendSocket: a1 <= mostBytes
        case .readVolume, .writeVolume, .untrustedRead, .untrustedWrite: a2 <= mostBytes
        // How much there is nobody knows before.
        case .readStream, .receiveSocket: true
        case .pollStreams: a1 == 0
        case .awaitEvents: a0 == 0
        case .socket, .bindSocket, .connectSocket, .listenSocket, .acceptSocket, .shutDownSocket, .socketName, .socketOption,
            .setSocketOption, .socketCount, .closeSocket, .pollSocket:
            true
        case .watchStream, .wakeVCPU, .interrupt, .clock, .volumeLength: true
        default: false
        }
    }
}
