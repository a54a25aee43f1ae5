import Wire

/// The root of everything: written last in a commit, to the one of two blocks that does not hold the last commit.
///
/// Stored: header (136 bytes), 16 bytes epoch, u64 count, 16 bytes tag, and sealed 256 bytes of body: u64 generation, u64 freshness, u64
/// next file number, u64 and u64 key of name hashes, u64 number to check from, u32 length of the volume in blocks, u8 level of the root, 44
/// bytes reference to the root, zeros. All of it lies in the first 512 bytes of its block, which a disk writes as a whole.
struct Superblock: Equatable {
    static let copies: UInt32 = 2
    static let bodyBytes = 256
    private static let nonceOffset = VolumeHeader.byteCount
    private static let bodyOffset = VolumeHeader.byteCount + 40
    private static let rootOffset = 53

    /// Counts commits; the higher one of two is the newer.
    var generation: UInt64 = 0
    /// What a counter outside was last set to.
    var freshness: UInt64 = 0
    var nextNumber: UInt64 = 1
    var hashKey: (UInt64, UInt64) = (0, 0)
    /// Blocks sealed under this superblock's epoch from this number on reached the disk together with it, perhaps without it or not at all;
    /// 0 where all of them were durable before.
    var checkFrom: UInt64 = 0
    var blockCount: UInt32 = 0
    var rootLevel: UInt8 = 0
    var root = BlockReference()
    /// Under whose key it was found sealed.
    private(set) var epoch = Epoch()

    init() {}

    static func == (a: Superblock, b: Superblock) -> Bool { a.body == b.body }

    private var body: [UInt8] {
        var writer = ByteWriter()
        writer.u64(generation)
        writer.u64(freshness)
        writer.u64(nextNumber)
        writer.u64(hashKey.0)
        writer.u64(hashKey.1)
        writer.u64(checkFrom)
        writer.u32(blockCount)
        writer.u8(rootLevel)
        var bytes = writer.bytes
        bytes.append(contentsOf: [UInt8](repeating: 0, count: Self.bodyBytes - bytes.count))
        let root = root
        bytes.withUnsafeMutableBytes { raw in
            if let start = raw.baseAddress { root.encode(into: start + Self.rootOffset) }
        }
        return bytes
    }

    /// Fills a page for the block this generation belongs in.
    func seal(into page: UnsafeMutableRawPointer, _ header: VolumeHeader, _ cipher: BlockCipher) -> Bool {
        UnsafeMutableRawBufferPointer(start: page, count: Block.byteCount).initializeMemory(as: UInt8.self, repeating: 0)
        let clear = header.encoded
        let body = body
        clear.withUnsafeBytes { page.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: clear.count) }
        body.withUnsafeBytes {
            (page + Self.bodyOffset).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: Self.bodyBytes)
        }
        var reference = cipher.reference(to: block)
        guard cipher.seal(page + Self.bodyOffset, Self.bodyBytes, .superblock, &reference, header: clear) else { return false }
        // A reference but for its block, which is where this lies.
        page.storeBytes(of: reference.epoch, toByteOffset: Self.nonceOffset, as: Epoch.self)
        page.storeBytes(of: reference.count.littleEndian, toByteOffset: Self.nonceOffset + 16, as: UInt64.self)
        page.storeBytes(of: reference.tag, toByteOffset: Self.nonceOffset + 24, as: Tag.self)
        return true
    }

    var block: UInt32 { UInt32(generation % UInt64(Self.copies)) }

    /// `nil` where the page does not hold an authentic superblock of this volume; the page is changed.
    init?(opening page: UnsafeMutableRawPointer, block: UInt32, _ header: VolumeHeader, _ cipher: BlockCipher) {
        let clear = [UInt8](UnsafeRawBufferPointer(start: page, count: VolumeHeader.byteCount))
        guard clear == header.encoded else { return nil }
        var reference = BlockReference()
        reference.block = block
        reference.epoch = page.loadUnaligned(fromByteOffset: Self.nonceOffset, as: Epoch.self)
        reference.count = UInt64(littleEndian: page.loadUnaligned(fromByteOffset: Self.nonceOffset + 16, as: UInt64.self))
        reference.tag = page.loadUnaligned(fromByteOffset: Self.nonceOffset + 24, as: Tag.self)
        guard cipher.open(page + Self.bodyOffset, Self.bodyBytes, .superblock, reference, header: clear) else { return nil }
        self.init(decoding: page + Self.bodyOffset)
        epoch = reference.epoch
        guard self.block == block else { return nil }
    }

    /// Whether the block of a reference reached the disk only together with this superblock.
    func isUnsure(_ reference: BlockReference) -> Bool {
        checkFrom > 0 && reference.epoch == epoch && reference.count >= checkFrom
    }

    /// `nil` where a field cannot be; the bytes are `bodyBytes` long.
    init?(decoding bytes: UnsafeRawPointer) {
        func word(_ at: Int) -> UInt64 { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
        generation = word(0)
        freshness = word(8)
        nextNumber = word(16)
        hashKey = (word(24), word(32))
        checkFrom = word(40)
        blockCount = UInt32(truncatingIfNeeded: word(48))
        rootLevel = bytes.load(fromByteOffset: 52, as: UInt8.self)
        root = BlockReference(decoding: bytes + Self.rootOffset)
        guard rootLevel <= TreeNode.deepest, nextNumber > 0, root.block >= Self.copies, root.block < blockCount else { return nil }
    }
}
