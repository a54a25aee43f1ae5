/// Collects the bytes of frames as they come: u32 length in the machine's order, then so many bytes.
package struct FrameCollector {
    /// A frame that says it is longer than this is not taken.
    package struct TooLong: Error, Equatable, Sendable { package let byteCount: Int }

    package static let longestRequest = 64 * 1024
    package static let longestResponse = 128 * 1024

    private let limit: Int
    private var received: [UInt8] = []

    package init(limit: Int) { self.limit = limit }

    /// Whether nothing of a frame is here.
    package var isEmpty: Bool { received.isEmpty }

    package mutating func append(_ bytes: ArraySlice<UInt8>) { received += bytes }

    /// The body of the next whole frame, once.
    package mutating func next() throws(TooLong) -> [UInt8]? {
        guard received.count >= 4 else { return nil }
        let count = received[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= limit else { throw TooLong(byteCount: count) }
        guard received.count >= 4 + count else { return nil }
        defer { received.removeFirst(4 + count) }
        return Array(received[4..<4 + count])
    }

    package static func frame(_ body: [UInt8]) -> [UInt8] {
        let count = UInt32(truncatingIfNeeded: body.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32($0 * 8)) } + body
    }
}
