/// What the enclave can ask of the host: one OCALL each, numbered for all time.
///
/// The request is written into the vCPU's `CallFrame`, the bulk data into its call data area. Every result is hostile input: the
/// enclave copies it once and checks it.
public enum HostCall: UInt32, CaseIterable, Sendable {
    /// Reads `arguments[1]` bytes of the index file at `arguments[0]` into the data area; result: bytes read.
    case fetchIndex = 1
    /// Reads file bytes of the root filesystem. Arguments: offset, length, inode number, path length; the path (absolute, no links in
    /// it) stands at the start of the data area and is overwritten by the bytes read. Result: bytes read.
    case fetchFile = 2
    /// Reads up to `arguments[1]` bytes from the host stream `arguments[0]` (0, 1, 2) into the data area. May block.
    case readStream = 3
    /// Writes `arguments[1]` bytes of the data area to the host stream `arguments[0]`. May block.
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
