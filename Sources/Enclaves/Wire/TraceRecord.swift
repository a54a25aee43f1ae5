/// What a traced enclave tells the host of one moment of one thread; several stand in a row in a `HostCall.trace`.
public struct TraceRecord: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// A call that waits or never comes back; `ended` follows where it does come back.
        case begun = 0
        case ended = 1
        case signal = 2
    }

    /// Bytes that an argument points to: a path, an address, a small structure; never a program's data.
    public struct Text: Equatable, Sendable {
        public var argument: UInt8
        public var bytes: [UInt8]

        public init(argument: UInt8, bytes: [UInt8]) {
            self.argument = argument
            self.bytes = bytes
        }
    }

    public static let longestText = 4096

    public var kind: Kind
    public var thread: UInt32
    /// The enclave's monotonic clock in nanoseconds.
    public var time: UInt64
    /// Of the system call, or of the signal.
    public var number: UInt64
    /// A negative errno on failure; of a signal its code.
    public var result: Int64 = 0
    /// The six argument registers; none where the manifest lets the host see names only.
    public var values: [UInt64] = []
    public var texts: [Text] = []

    public init(kind: Kind, thread: UInt32, time: UInt64, number: UInt64) {
        self.kind = kind
        self.thread = thread
        self.time = time
        self.number = number
    }

    public func encode(into writer: inout ByteWriter) {
        writer.u8(kind.rawValue)
        writer.u32(thread)
        writer.u64(time)
        writer.u64(number)
        writer.i64(result)
        writer.u8(UInt8(truncatingIfNeeded: values.count))
        for value in values { writer.u64(value) }
        writer.u8(UInt8(truncatingIfNeeded: texts.count))
        for text in texts {
            writer.u8(text.argument)
            writer.counted(text.bytes)
        }
    }

    public init(from reader: inout ByteReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .badValue }
        self.init(kind: kind, thread: try reader.u32(), time: try reader.u64(), number: try reader.u64())
        result = try reader.i64()
        let valueCount = try reader.u8()
        guard valueCount == 0 || valueCount == 6 else { throw .badValue }
        for _ in 0..<valueCount { values.append(try reader.u64()) }
        let textCount = try reader.u8()
        guard textCount <= 6 else { throw .tooLong }
        for _ in 0..<textCount {
            let argument = try reader.u8()
            guard argument < 6 else { throw .badValue }
            texts.append(Text(argument: argument, bytes: try reader.bytes(limit: Self.longestText)))
        }
    }
}
