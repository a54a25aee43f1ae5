/// A field of a fixed number of bytes, held inline.
public struct FixedBytes<let size: Int>: Equatable, Hashable, Sendable {
    private var storage: InlineArray<size, UInt8>

    /// All zero.
    public init() { storage = InlineArray(repeating: 0) }

    /// Nil unless there are exactly `size` bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == size else { return nil }
        self.init(bytes, at: 0)
    }

    /// The `size` bytes that begin at `offset`, which the caller has made sure are there.
    init(_ bytes: [UInt8], at offset: Int) {
        storage = InlineArray(repeating: 0)
        // One copy: a loop over the elements is unrolled to kilobytes of code in the enclave.
        Swift.withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes[offset..<offset + size]) }
    }

    public subscript(index: Int) -> UInt8 {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: storage) { body($0) }
    }

    public var isZero: Bool { self == FixedBytes() }

    public static func == (left: FixedBytes, right: FixedBytes) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<size { difference |= left.storage[index] ^ right.storage[index] }
        return difference == 0
    }

    public func hash(into hasher: inout Hasher) {
        for index in 0..<size { hasher.combine(storage[index]) }
    }
}
