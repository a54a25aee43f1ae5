/// Everything the manifest decides, as the measured pages hold it: canonical bytes, one encoding for one value.
///
/// Layout: "INCLCFG\0", u32 version, u32 minimum reader, then the fields in the order of `encoded()`; integers little-endian, byte
/// strings and lists with a u32 count. Lists that are sets (environment rules, mounts by path) are sorted by the builder.
public struct EnclaveConfiguration: Equatable, Sendable {
    /// "INCLCFG\0", little-endian.
    public static let magic: UInt64 = 0x0047_4643_4c43_4e49
    public static let version: UInt32 = 3
    public static let minimumReader: UInt32 = 3
    /// More than any honest manifest needs.
    public static let longest = 4 << 20

    /// Root of the index over the root filesystem, and the index file's exact length in bytes.
    public var indexRoot: [UInt8] = []
    public var indexLength: UInt64 = 0

    public var entrypoint: [UInt8] = []
    public var arguments = ArgumentRule()
    public var environment: [EnvironmentRule] = []
    public var workingDirectory = TextRule()
    public var hostname = TextRule()
    public var user = UserRule()
    public var limits: [ResourceLimit] = []

    /// Size of ELRANGE, a power of two.
    public var addressSpace: UInt64 = 64 << 30
    /// Bytes of user memory, and of kernel memory beside it; multiples of a page.
    public var userMemory: UInt64 = 0
    public var kernelMemory: UInt64 = 0
    /// Fixed memory is added before EINIT and runs on SGX1.
    public var memoryIsFixed = true
    /// TCS pages: how many threads run at one time, not how many there may be.
    public var vcpus: UInt32 = 4

    public var attributes: UInt64 = 0x4
    public var xfrm: UInt64 = 0x7
    public var productID: UInt16 = 0
    public var securityVersion: UInt16 = 0
    public var sealing: SealingIdentity = .mrenclave
    public var mounts: [Mount] = []
    public var attestFromHost = false
    public var trace: TraceRule = .calls
    /// Seconds since 1970 of the build input's newest date: the floor for time inside (decision 18).
    public var buildDate: UInt64 = 0

    // Version 2 begins here; in a configuration of an earlier version each has the value it is declared with.

    public var rootWriting: RootWriting = .memory

    // Version 3 begins here, in the same way.

    public var network = NetworkRule()
    /// Signals that the host may send the program, a bit each: signal n is bit n - 1.
    ///
    /// Of `grantableSignals` only.
    public var hostSignals: UInt64 = 0

    /// How many of the vCPUs are there from the start; 0: all.
    ///
    /// The others come when they are needed, which takes dynamic memory.
    public var initialVCPUs: UInt32 = 0

    /// Whether calls are made through slots that a thread of the host looks at (`ExitlessCalls`), where it does.
    public var exitless = false

    /// Bytes that an encrypted writable layer of the root may have; 0: as many as the host gives.
    public var rootSize: UInt64 = 0

    public init() {}

    /// The part of kernel memory that files in memory share: temporary mounts, and what is changed of the root filesystem.
    public var fileMemory: UInt64 { kernelMemory / 8 * 3 }
}

/// What the host may do to the arguments after argv[0].
public struct ArgumentRule: Equatable, Sendable {
    public enum Mode: UInt8, Sendable { case fixed = 0, allow = 1, any = 2 }
    public var mode: Mode = .fixed
    /// argv as it is when the host gives none (and the only one allowed when fixed), argv[0] first.
    public var values: [[UInt8]] = []
    /// With `allow`: glob patterns (`*`, `?`), each argument after argv[0] matches one.
    public var patterns: [[UInt8]] = []
    public init() {}
}

public struct EnvironmentRule: Equatable, Sendable {
    public enum Mode: UInt8, Sendable {
        /// Always set to `value`.
        case fixed = 0
        /// The host may set it to something matching `patterns`; otherwise `value`, when `hasValue`.
        case allow = 1
        /// The host may set it to anything (debug enclaves only; a builder error otherwise).
        case any = 2
    }
    public var name: [UInt8]
    public var mode: Mode
    public var hasValue: Bool
    public var value: [UInt8]
    public var patterns: [[UInt8]]
    public init(name: [UInt8], mode: Mode, hasValue: Bool, value: [UInt8], patterns: [[UInt8]]) {
        self.name = name
        self.mode = mode
        self.hasValue = hasValue
        self.value = value
        self.patterns = patterns
    }
}

public struct TextRule: Equatable, Sendable {
    public enum Mode: UInt8, Sendable { case fixed = 0, allow = 1, any = 2 }
    public var mode: Mode = .fixed
    public var value: [UInt8] = []
    public var patterns: [[UInt8]] = []
    public init() {}
}

public struct UserRule: Equatable, Sendable {
    public enum Mode: UInt8, Sendable { case fixed = 0, allow = 1, any = 2 }
    public var mode: Mode = .fixed
    public var value = UserIdentity(uid: 0, gid: 0)
    public var allowed: [UserIdentity] = []
    public init() {}
}

/// An RLIMIT_* number with what the program sees.
public struct ResourceLimit: Equatable, Sendable {
    public var resource: UInt32
    public var soft: UInt64
    public var hard: UInt64
    public init(resource: UInt32, soft: UInt64, hard: UInt64) {
        self.resource = resource
        self.soft = soft
        self.hard = hard
    }
}

public enum SealingIdentity: UInt8, Sendable { case mrenclave = 0, mrsigner = 1 }

/// How much of the program's behaviour the host may see: nothing, names and results of calls, or their arguments and paths too.
public enum TraceRule: UInt8, Sendable, Comparable {
    case off = 0
    case calls = 1
    case arguments = 2

    public static func < (a: TraceRule, b: TraceRule) -> Bool { a.rawValue < b.rawValue }
}

extension EnclaveConfiguration {
    /// HUP, INT, QUIT, ABRT, USR1, USR2, ALRM, TERM, CONT, WINCH, IO, PWR and the real-time signals that C libraries leave to programs.
    ///
    /// The others are the work of instructions, timers or files, which are all inside; KILL and STOP the host needs no leave for.
    public static let grantableSignals: UInt64 = 0xffff_fffe_3802_6a27
}

/// Where what a program writes to the root filesystem goes; the image itself is never changed.
public enum RootWriting: UInt8, Sendable {
    /// The root is read only.
    case none = 0
    /// Kernel memory of the enclave.
    case memory = 1
    /// Names and attributes in kernel memory, contents sealed in a file of the host that is gone with the enclave, as is their key.
    case encrypted = 2
}

public struct Mount: Equatable, Sendable {
    public enum Trust: UInt8, Sendable { case verified = 0, encrypted = 1, untrusted = 2, temporary = 3 }
    public var path: [UInt8]
    public var trust: Trust
    /// Host side of all but temporary mounts: the path in the container's filesystem, where the host is not told another place.
    public var source: [UInt8]
    public var readOnly: Bool
    /// Bytes of a temporary mount; 0: as much as there is kernel memory.
    public var size: UInt64
    /// Of a verified mount: root of the index over its folder, and the index file's exact length in bytes.
    public var indexRoot: [UInt8] = []
    public var indexLength: UInt64 = 0
    public init(path: [UInt8], trust: Trust, source: [UInt8], readOnly: Bool, size: UInt64) {
        self.path = path
        self.trust = trust
        self.source = source
        self.readOnly = readOnly
        self.size = size
    }
}
