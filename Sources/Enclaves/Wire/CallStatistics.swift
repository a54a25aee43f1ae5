/// What one system call cost a program in a profiled run.
public struct CallStatistics: Equatable, Sendable {
    public var number: UInt16 = 0
    public var count: UInt64 = 0
    /// How many of them failed.
    public var errors: UInt64 = 0
    /// From entry to return, and the part of it in which the thread had no vCPU.
    public var nanoseconds: UInt64 = 0
    public var waited: UInt64 = 0
    /// Exits of the enclave that its thread made in it.
    public var hostCalls: UInt64 = 0
    /// Calls of the host that it made without leaving; in the report behind those of all calls.
    public var exitlessCalls: UInt64 = 0

    public init() {}

    public func encode(into writer: inout ByteWriter) {
        writer.u16(number)
        for value in [count, errors, nanoseconds, waited, hostCalls] { writer.u64(value) }
    }

    public init(from reader: inout ByteReader) throws(WireError) {
        number = try reader.u16()
        count = try reader.u64()
        errors = try reader.u64()
        nanoseconds = try reader.u64()
        waited = try reader.u64()
        hostCalls = try reader.u64()
    }
}
