/// What the enclave can ask of the host: one OCALL each, numbered for all time.
///
/// The request is written into the vCPU's `CallFrame`, the bulk data into its call data area. Every result is hostile input: the
/// enclave copies it once and checks it.
public enum HostCall: UInt32, CaseIterable, Sendable {
    /// Reads `arguments[1]` bytes of the index file of `arguments[2]` (`TreeNumber`) at `arguments[0]` into the data area; result: bytes
    /// read.
    case fetchIndex = 1
    /// Reads file bytes of the root filesystem or of a verified mount. Arguments: offset, length, inode number and above 32 bits the
    /// `TreeNumber`, path length; the path (absolute in that tree, no links in it) stands at the start of the data area and is overwritten
    /// by the bytes read. Result: bytes read.
    case fetchFile = 2
    /// Reads up to `arguments[1]` bytes from the host stream `arguments[0]` (0, 1, 2) into the data area.
    ///
    /// May block; with arguments[2] = 1 (version 3) it does not: -EAGAIN, and the result has above 32 bits `NetworkFrame.known` with what the
    /// stream is ready for afterwards.
    case readStream = 3
    /// Writes `arguments[1]` bytes of the data area to the host stream `arguments[0]`; as `readStream` otherwise.
    case writeStream = 4
    /// Waits for readiness of host streams: arguments[0] = bit n: stream n readable, bit n+8: writable; arguments[1] = nanoseconds to
    /// wait (`UInt64.max`: for ever). Result: ready bits.
    case pollStreams = 5
    /// What the host stream `arguments[0]` is: writes `StreamInformation` into the data area.
    case streamInformation = 6
    /// Sleeps until `wakeVCPU` names this vCPU or arguments[0] nanoseconds passed (`UInt64.max`: for ever).
    case park = 7
    /// Wakes the parked vCPU `arguments[0]`; remembered when it is about to park.
    case wakeVCPU = 8
    /// Asks for a host thread that enters vCPU `arguments[0]`.
    case startVCPU = 9
    /// Turns the REPORT (432 bytes in the data area) into a quote in the data area; result: its length.
    case quote = 10
    /// The TARGETINFO (512 bytes) of the quoting enclave, into the data area.
    case quoteTargetInfo = 11
    /// Logs arguments[1] bytes of UTF-8 in the data area at level arguments[0] (`LogLevel`).
    case log = 12
    /// A fresh clock reading: writes `ClockReading` into the data area.
    case clock = 13
    /// Reads a mount of trust `untrusted`. Arguments: offset, length, mount number in the configuration, path length; path (below the
    /// mount's source) at the start of the data area. Result: bytes read. Length 0: result is the file's size.
    case fetchUntrusted = 14
    /// Sets or reads the terminal of stream arguments[0]: arguments[1] = ioctl request (TCGETS, TCSETS*, TIOCGWINSZ), arguments[2] = size.
    case terminal = 15
    /// The host is told how the program ended, before the last EEXIT: writes `ExitReport` into the data area.
    case exited = 16
    /// Asks for an interruption of every vCPU that runs, arguments[0] nanoseconds from now; a later request replaces an earlier one.
    case interrupt = 17
    /// Makes pages from offset arguments[0], arguments[1] bytes of them, trimmed (EMODT): the enclave accepts that and then asks for
    /// `removePages`.
    ///
    /// Dynamic memory only. The enclave asks the CPU, not the result.
    case trimPages = 18
    /// Takes back the trimmed and accepted pages from offset arguments[0], arguments[1] bytes of them (EREMOVE).
    case removePages = 19

    // MARK: Sockets (version 3)
    // The enclave names its sockets by handles of its own choice, 3 and up; the host keeps a descriptor for each, which never blocks. An
    // address stands at `NetworkFrame.addressOffset` of the data area, both ways. What a socket is ready for is told as `poll` has it.

    /// Makes the socket arguments[0]: domain, type, protocol.
    case socket = 20
    /// Gives the socket arguments[0] the address of arguments[1] bytes.
    case bindSocket = 21
    /// Connects the socket arguments[0] to the address of arguments[1] bytes.
    case connectSocket = 22
    /// Makes the socket arguments[0] listen with a backlog of arguments[1].
    case listenSocket = 23
    /// Accepts a connection on arguments[0] as the socket arguments[1]; result: length of the peer's address, and above 32 bits
    /// `NetworkFrame.known` with what the listening socket is ready for now.
    case acceptSocket = 24
    /// Sends arguments[1] payload bytes on arguments[0] with the MSG_* flags arguments[2], to the address of arguments[3] bytes (0: none).
    /// Result: bytes sent.
    case sendSocket = 25
    /// Receives up to arguments[1] bytes from arguments[0] with the MSG_* flags arguments[2] into the payload, and a `NetworkFrame` head.
    /// Result: bytes received (with MSG_TRUNC: that there were), and above 32 bits as `acceptSocket`, where the host asked the socket.
    case receiveSocket = 26
    case shutDownSocket = 27
    /// The address of arguments[0], its own or (arguments[1] = 1) its peer's. Result: its length.
    case socketName = 28
    /// Reads option arguments[2] of level arguments[1], arguments[3] bytes at most, into the data area. Result: its length.
    case socketOption = 29
    /// Sets option arguments[2] of level arguments[1] from arguments[3] bytes of the data area.
    case setSocketOption = 30
    /// The number an ioctl that asks for one has for arguments[0]: FIONREAD, SIOCOUTQ, SIOCATMARK.
    case socketCount = 31
    case closeSocket = 32
    /// What the socket arguments[0] is ready for now.
    case pollSocket = 33
    /// What happened to any socket since the last such call: pairs of u32 handle and u32 events in the data area, result: how many. When there
    /// is nothing it waits arguments[0] nanoseconds at most (`UInt64.max`: for ever), or until `wakeVCPU` names this vCPU, as `park` does.
    case awaitEvents = 34
    /// The host's network interfaces and their addresses: `NetworkInterface` records in the data area; result: their length.
    case networkInterfaces = 35
    /// A file of names the host uses (arguments[0]: `NameFile`), for the enclave to parse: up to the data area's length; result: its length.
    case nameFile = 36
    /// What the stream arguments[0] (0, 1, 2) is ready for now.
    ///
    /// From the first such call on `awaitEvents` tells of it, with the stream's number as the handle. -EPERM where it cannot be waited for:
    /// then it is always ready.
    case watchStream = 37

    // MARK: Encrypted volumes (version 3)
    //
    // A volume is named by the handle `openVolume` gave.

    /// Opens the volume of mount arguments[0] in the configuration, or with `UInt64.max` a file that nobody keeps; arguments[1]: 1 to read
    /// only.
    ///
    /// Result: a handle; -EBUSY where another enclave has it open.
    case openVolume = 40
    /// Length of volume arguments[0] in bytes.
    case volumeLength = 41
    /// Reads arguments[2] bytes of volume arguments[0] at offset arguments[1] into the data area; result: that length.
    case readVolume = 42
    /// Writes arguments[2] bytes of the data area to volume arguments[0] at offset arguments[1]; result: that length.
    case writeVolume = 43
    /// Makes volume arguments[0] arguments[1] bytes long, with room behind what is new.
    case resizeVolume = 44
    /// Returns when what was written to volume arguments[0] is durable.
    case syncVolume = 45
    /// The counter record of volume arguments[0], named by the 32 bytes in the data area, into the data area; result: its length, 0 where
    /// there is none.
    case readCounter = 46
    /// Replaces the counter record of volume arguments[0]: 32 bytes of name and arguments[1] bytes of record in the data area.
    case writeCounter = 47

    // MARK: Untrusted mounts (version 3)
    // Paths are below the mount's source, without links in them, at the start of the data area; the empty path is the source itself. Handles
    // of open files are numbers the enclave chooses.

    /// Changes attributes of the open file arguments[0]: arguments[1] is an `UntrustedChange` of mode, owner or times, arguments[2] a number;
    /// times are in the data area.
    case untrustedChangeOpen = 49
    /// What is at a path of mount arguments[0] (arguments[1]: the path's length), or of the open file arguments[2] (`UInt64.max`: none):
    /// writes `UntrustedStatus` into the data area.
    case untrustedStatus = 50
    /// Names in a directory of mount arguments[0] (arguments[1]: the path's length), from place arguments[2] on: `UntrustedEntry` records in
    /// the data area; result: their length, 0 at the end.
    case untrustedList = 51
    /// Opens a file of mount arguments[0] (arguments[1]: the path's length) as arguments[2]; arguments[3] has O_* flags, and above 32 bits
    /// the mode of a new file.
    case untrustedOpen = 52
    /// Reads arguments[2] bytes at offset arguments[1] of the open file arguments[0] into the data area. Result: bytes read.
    case untrustedRead = 53
    /// Writes arguments[2] bytes of the data area at offset arguments[1] of the open file arguments[0]. Result: bytes written.
    case untrustedWrite = 54
    case untrustedClose = 55
    /// Changes names or attributes in mount arguments[0]: arguments[1] is an `UntrustedChange`, arguments[2] the length of the path and above
    /// 32 bits that of what follows it, arguments[3] a number.
    case untrustedChange = 56
    /// Sets the length of the open file arguments[0] to arguments[1], or (`UInt64.max`) writes it to the host's disk.
    case untrustedSettle = 57
    /// Where a symbolic link of mount arguments[0] (arguments[1]: the path's length) leads: into the data area; result: its length.
    case untrustedLinkTarget = 58
    /// Reserves or (FALLOC_FL_* in arguments[1]) makes holes in arguments[3] bytes from arguments[2] on of the open file arguments[0].
    case untrustedAllocate = 59

    // MARK: Signals (version 3)

    /// Takes the signals that came from outside: u64 of them, and u64 of those that were ignored at the start, in the data area; signal n is
    /// bit n - 1. Result: 16.
    ///
    /// Made when `CallFrame.signalsOffset` says that signals wait.
    case takeSignals = 60

    // MARK: Evidence asked for from outside (version 3)

    /// Takes what is asked: the asker's TARGETINFO (512) and its nonce into the data area. Result: their length, 0 where nothing is asked.
    ///
    /// Made when `CallFrame.signalsOffset` says that something waits and the configuration has `attestFromHost`.
    case takeAttestation = 61
    /// Gives the answer, a REPORT of arguments[0] bytes in the data area; 0: there is none for this target.
    case giveAttestation = 62

    // MARK: Threads (version 3)

    /// Makes the page at offset arguments[0] a TCS (EMODT): the enclave accepts that and then asks for `startVCPU`.
    ///
    /// Dynamic memory only. The enclave asks the CPU, not the result.
    case makeTCS = 65

    // MARK: Memory (version 3)

    /// Restricts the rights of pages from offset arguments[0], arguments[1] bytes of them, to arguments[2] (R 1, W 2, X 4; EMODPR): the
    /// enclave accepts that, page by page.
    ///
    /// Dynamic memory only. The enclave asks the CPU, not the result.
    case restrictPages = 70

    // MARK: Tools (version 3)

    /// Shows what threads do: arguments[0] bytes of `TraceRecord`s in the data area, arguments[1] records that were lost before them.
    case trace = 80
}

/// Why the enclave left with EEXIT; in RDI.
public enum ExitReason: UInt64, Sendable {
    /// The entry is finished; RSI is its result (0, or a `BootRefusal` for the first one).
    case finished = 0
    /// A host call waits in the vCPU's `CallFrame`.
    case hostCall = 1
    /// The exception was dealt with: the host continues with ERESUME.
    case resume = 2
    /// The enclave gave up; RSI says why (`PanicCode`). No further entry is served.
    case panic = 3
    /// The host entered where nothing was to be entered; nothing changed.
    case refused = 4
}

/// What the host enters for; in RDI.
///
/// RSI is the address of the vCPU's call area.
public enum EntryReason: UInt64, Sendable {
    /// The first entry on vCPU 0: negotiate, check the configuration against the REPORT, take the boot block.
    case boot = 0
    /// Run threads on this vCPU.
    case run = 1
    /// A host call came back.
    case hostCallReturned = 2
    /// CSSA is 1: an exception or an interruption is to be looked at. RDI is not trusted for it.
    case exception = 3
}

public enum PanicCode: UInt64, Sendable {
    case swiftTrap = 1
    case exceptionInKernel = 2
    case outOfKernelMemory = 3
    case badLaunchLayout = 4
    case hostCallArea = 5
    case configuration = 6
    case internalError = 7
    /// A page the enclave had accepted is gone or another one stands in its place.
    case pageTaken = 8
    /// The host gave no page for the kernel heap, which is below its limit.
    case kernelMemoryRefused = 9
}

public enum LogLevel: UInt32, Sendable, Comparable {
    case error = 0
    case warning = 1
    case info = 2
    case debug = 3
    case trace = 4

    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

extension HostCall {
    /// The one with the highest number; there are gaps below it.
    public static let last = allCases.reduce(.fetchIndex) { $0.rawValue > $1.rawValue ? $0 : $1 }
}
