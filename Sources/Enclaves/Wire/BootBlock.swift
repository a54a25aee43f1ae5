/// What the host offers at the first entry: copied once from the data area of vCPU 0, then judged by the configuration.
///
/// The data area holds a u32 length and then these bytes.
public struct BootBlock: Equatable, Sendable {
    /// "INCLBOOT", little-endian.
    public static let magic: UInt64 = 0x544f_4f42_4c43_4e49

    public var oldestVersion: UInt32 = WireVersion.oldest
    public var newestVersion: UInt32 = WireVersion.newest
    public var logLevel: LogLevel = .warning
    public var flags: Flags = []
    /// The program's arguments, argv[0] first; empty: those of the configuration.
    public var arguments: [[UInt8]] = []
    /// `NAME=value`, only what the host wants to set or add.
    public var environment: [[UInt8]] = []
    /// Empty: that of the configuration.
    public var workingDirectory: [UInt8] = []
    public var hostname: [UInt8] = []
    /// `nil`: those of the configuration.
    public var user: UserIdentity?
    public var clock = ClockReading()
    /// Leaf, subleaf, EAX, EBX, ECX, EDX as the host's CPU answers; a hint, masked inside.
    public var cpuid: [CPUIDAnswer] = []

    public init() {}

    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Do not rewrite system-call sites: everything traps.
        ///
        /// Only slower.
        public static let withoutRewriting = Flags(rawValue: 1)
        /// Send an `ExitReport` with counters.
        public static let statistics = Flags(rawValue: 2)
        /// Show system calls with `HostCall.trace`, as far as the configuration lets the host see them.
        public static let trace = Flags(rawValue: 4)
        /// Count and time every system call for the `ExitReport`; needs a configuration that lets the host see calls.
        public static let profile = Flags(rawValue: 8)

        /// How many processors the host has for the enclave, in the upper half; 0: it does not say.
        ///
        /// A hint: it bounds how many vCPUs are used.
        public var processors: UInt32 {
            get { rawValue >> 16 }
            set { self = Flags(rawValue: rawValue & 0xffff | min(newValue, 0xffff) << 16) }
        }
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.u64(Self.magic)
        writer.u32(oldestVersion)
        writer.u32(newestVersion)
        writer.u32(logLevel.rawValue)
        writer.u32(flags.rawValue)
        writer.list(arguments)
        writer.list(environment)
        writer.counted(workingDirectory)
        writer.counted(hostname)
        writer.bool(user != nil)
        if let user {
            writer.u32(user.uid)
            writer.u32(user.gid)
        }
        clock.encode(into: &writer)
        writer.u32(UInt32(cpuid.count))
        for answer in cpuid { answer.encode(into: &writer) }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.u64() == Self.magic else { throw .badMagic }
        oldestVersion = try reader.u32()
        newestVersion = try reader.u32()
        guard oldestVersion <= WireVersion.newest, newestVersion >= WireVersion.oldest else { throw .unknownVersion }
        logLevel = LogLevel(rawValue: try reader.u32()) ?? .warning
        flags = Flags(rawValue: try reader.u32())
        arguments = try reader.list(limit: 4096, each: 131_072)
        environment = try reader.list(limit: 4096, each: 131_072)
        workingDirectory = try reader.bytes(limit: 4096)
        hostname = try reader.bytes(limit: 64)
        // Inside they are C strings: rules would judge what stands behind a NUL, which the program never sees.
        for text in arguments + environment + [workingDirectory, hostname] where text.contains(0) { throw .badValue }
        if try reader.bool() {
            user = UserIdentity(uid: try reader.u32(), gid: try reader.u32())
        }
        clock = try ClockReading(from: &reader)
        let count = try reader.u32()
        guard count <= 512 else { throw .tooLong }
        for _ in 0..<count { cpuid.append(try CPUIDAnswer(from: &reader)) }
        guard reader.remaining == 0 else { throw .trailingBytes }
    }
}

public struct UserIdentity: Equatable, Sendable {
    public var uid: UInt32
    public var gid: UInt32
    public init(uid: UInt32, gid: UInt32) {
        self.uid = uid
        self.gid = gid
    }
}

/// The host's clocks at one instant of the time stamp counter; a hint.
public struct ClockReading: Equatable, Sendable {
    public static let byteCount = 32
    public var tsc: UInt64 = 0
    /// Ticks a second; 0 where the host does not know.
    public var tscFrequency: UInt64 = 0
    /// Nanoseconds since 1970.
    public var realtime: UInt64 = 0
    /// CLOCK_MONOTONIC in nanoseconds.
    public var monotonic: UInt64 = 0

    public init() {}

    public func encode(into writer: inout ByteWriter) {
        writer.u64(tsc)
        writer.u64(tscFrequency)
        writer.u64(realtime)
        writer.u64(monotonic)
    }

    public init(from reader: inout ByteReader) throws(WireError) {
        tsc = try reader.u64()
        tscFrequency = try reader.u64()
        realtime = try reader.u64()
        monotonic = try reader.u64()
    }
}

public struct CPUIDAnswer: Equatable, Sendable {
    public var leaf: UInt32
    public var subleaf: UInt32
    public var eax: UInt32
    public var ebx: UInt32
    public var ecx: UInt32
    public var edx: UInt32

    public init(leaf: UInt32, subleaf: UInt32, eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32) {
        self.leaf = leaf
        self.subleaf = subleaf
        self.eax = eax
        self.ebx = ebx
        self.ecx = ecx
        self.edx = edx
    }

    public func encode(into writer: inout ByteWriter) {
        for value in [leaf, subleaf, eax, ebx, ecx, edx] { writer.u32(value) }
    }

    public init(from reader: inout ByteReader) throws(WireError) {
        leaf = try reader.u32()
        subleaf = try reader.u32()
        eax = try reader.u32()
        ebx = try reader.u32()
        ecx = try reader.u32()
        edx = try reader.u32()
    }
}

/// What the host stream is, as the host says; `kind` is the type bits of st_mode shifted down by 12.
public struct StreamInformation: Equatable, Sendable {
    public static let byteCount = 8
    public var kind: UInt32
    public var isTerminal: Bool
    public init(kind: UInt32, isTerminal: Bool) {
        self.kind = kind
        self.isTerminal = isTerminal
    }
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.u32(kind)
        writer.u32(isTerminal ? 1 : 0)
        return writer.bytes
    }
    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        kind = try reader.u32()
        isTerminal = try reader.u32() == 1
    }
}

extension ByteWriter {
    public mutating func list(_ items: [[UInt8]]) {
        u32(UInt32(items.count))
        for item in items { counted(item) }
    }
}

extension ByteReader {
    public mutating func list(limit: Int, each: Int) throws(WireError) -> [[UInt8]] {
        let count = Int(try u32())
        guard count <= limit else { throw .tooLong }
        var items: [[UInt8]] = []
        for _ in 0..<count { items.append(try bytes(limit: each)) }
        return items
    }
}
