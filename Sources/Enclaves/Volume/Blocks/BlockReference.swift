/// Where a sealed block lies, and what it takes to open exactly that version of it: key, nonce and tag.
///
/// 44 bytes: u32 block, 16 bytes epoch, u64 count, 16 bytes tag. Block 0 holds a superblock, so that 0 stands for "no block".
public struct BlockReference: Equatable, Sendable {
    public static let byteCount = 44

    public var block: UInt32 = 0
    var epoch = Epoch()
    var count: UInt64 = 0
    var tag = Tag()

    public init() {}

    public var isNone: Bool { block == 0 }

    func encode(into bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: block.littleEndian, as: UInt32.self)
        bytes.storeBytes(of: epoch, toByteOffset: 4, as: Epoch.self)
        bytes.storeBytes(of: count.littleEndian, toByteOffset: 20, as: UInt64.self)
        bytes.storeBytes(of: tag, toByteOffset: 28, as: Tag.self)
    }

    init(decoding bytes: UnsafeRawPointer) {
        block = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        epoch = bytes.loadUnaligned(fromByteOffset: 4, as: Epoch.self)
        count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt64.self))
        tag = bytes.loadUnaligned(fromByteOffset: 28, as: Tag.self)
    }
}

/// Sixteen random bytes drawn each time a volume is opened; keys are derived from them, so that two openings never share one.
struct Epoch: Equatable, Sendable, BitwiseCopyable {
    var first: UInt64 = 0
    var second: UInt64 = 0
}

/// The tag of AES-GCM.
struct Tag: Equatable, Sendable, BitwiseCopyable {
    var first: UInt64 = 0
    var second: UInt64 = 0
}
