/// A SHA-256 digest, held inline.
public struct Digest: Equatable, Hashable, Sendable {
    public static let byteCount = 32

    // Four words rather than an array: digests are compared and copied in hot paths of the enclave.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// All zero, as an unset measurement is.
    public init() { words = (0, 0, 0, 0) }

    /// Nil unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Digest.byteCount else { return nil }
        self.init()
        bytes.withUnsafeBytes { source in withUnsafeMutableBytes { $0.copyMemory(from: source) } }
    }

    /// Nil unless there are exactly 32 bytes.
    public init?(copying bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Digest.byteCount else { return nil }
        self.init()
        withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
    }

    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: words) { body($0) }
    }

    /// Writes the 32 bytes to `destination`, which has room for them.
    public func copy(to destination: UnsafeMutableRawPointer) {
        withUnsafeBytes { UnsafeMutableRawBufferPointer(start: destination, count: $0.count).copyMemory(from: $0) }
    }

    public static func == (left: Digest, right: Digest) -> Bool {
        // One expression without early exit: where digests guard something, the time must not tell how far they agree.
        (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1) | (left.words.2 ^ right.words.2)
            | (left.words.3 ^ right.words.3) == 0
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeMutableBytes(of: &words) { body($0) }
    }
}
