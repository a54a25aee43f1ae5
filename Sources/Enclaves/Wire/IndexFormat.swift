/// The index file: one root filesystem, every byte of it under one Merkle root.
///
/// The file is a sequence of 4096-byte blocks. Data blocks come first; after them the levels of the hash tree, from the leaves up:
/// level 1 holds the SHA-256 of each data block (128 digests a block, the rest of the last block zero), level 2 those of the level 1
/// blocks, and so on until a level is one block. The root is
/// `SHA-256("inclavare index root v1\0" ‖ u64 dataLength ‖ u32 levels ‖ SHA-256(top block))`, where a file of one data block has
/// `levels` = 0 and the top block is that block. The configuration holds root and file length; both are measured.
///
/// Data (all integers little-endian, offsets from the start of the file):
///
/// ```
/// Header, block 0, 4096 bytes
///   0 "INCLIDX\0"   8 u32 version (1)   12 u32 minimum reader (1)
///  16 u32 digest algorithm (1 = SHA-256)   20 u32 chunk size (16384)
///  24 u64 dataLength (multiple of 4096)   32 u32 levels   36 u32 inode count
///  40 u64 inodes offset   48 u64 entries offset   56 u64 entry count
///  64 u64 names offset    72 u64 names length     80 u64 digests offset   88 u64 digest count
///  96 u64 sites offset   104 u64 site count      112 u64 xattrs offset   120 u64 xattrs length
/// Inode, 128 bytes; inode 0 is the root directory; one inode for all hard links of a file; 32 inodes a block
///   0 u32 mode (type and permissions as st_mode)   4 u32 uid   8 u32 gid   12 u32 nlink
///  16 u64 size (regular: bytes; link: length of the target; directory: number of entries)
///  24 i64 mtime seconds   32 u32 mtime nanoseconds   36 u32 device major   40 u32 device minor
///  44 u32 parent inode (directories; else 0)
///  48 u64 first: regular → number of its first chunk digest; directory → number of its first entry; link → offset of the target
///     from the start of the names
///  56 u64 first site   64 u32 site count   68 u32 xattr length   72 u64 xattr offset from the start of the xattrs
///  80 … 128 zero
/// Entry, 16 bytes, sorted by name bytes within a directory
///   0 u64 name offset from the start of the names   8 u16 name length   10 u8 type (DT_*)   11 u8 zero   12 u32 inode
/// Digest, 32 bytes: SHA-256 of the chunk; the last chunk has its real length
/// Site, 16 bytes, sorted by file offset: see `IndexSite`
/// Xattrs of an inode: u16 count, then count × (u16 name length, u32 value length, name, value), sorted by name
/// ```
/// Each table begins at a block boundary. No record crosses a block boundary except names and xattrs.
public enum IndexFormat {
    /// "INCLIDX\0", little-endian.
    public static let magic: UInt64 = 0x0058_4449_4c43_4e49
    public static let version: UInt32 = 1
    public static let minimumReader: UInt32 = 1
    public static let blockSize = 4096
    public static let chunkSize = 16384
    public static let digestSize = 32
    public static let digestsPerBlock = 128
    public static let inodeSize = 128
    public static let entrySize = 16
    public static let siteSize = 16
    public static let rootLabel: StaticString = "inclavare index root v1"
    /// Digest algorithm ids.
    public static let sha256: UInt32 = 1
}

/// One place in a file's executable bytes where the LibOS may put a jump, found by a disassembler when the index was built.
///
/// ```
///  0 u32 file offset of the first byte that is replaced    4 u8 kind    5 u8 length (bytes replaced or displaced, 5…15)
///  6 u8 offset of the `0f 05` / `0f a2` within them        7 u8 zero    8 u32 first four bytes expected    12 u32 zero
/// ```
/// The LibOS checks that the verified bytes have the pattern of the kind before it patches.
public struct IndexSite: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// `b8 imm32 0f 05`: the five bytes of the move become a jump; the `0f 05` stays and still traps. length 7, offset 5.
        case systemCallAfterMove = 0
        /// `0f 05` and following whole instructions up to at least five bytes; none is position-dependent, none a jump target.
        case systemCallBefore = 1
        /// Whole instructions before and then `0f 05`; none is position-dependent, none but the first a jump target.
        case systemCallAfter = 2
        /// `0f a2` and following whole instructions, as `systemCallBefore`.
        case cpuidBefore = 3
        /// Whole instructions before and then `0f a2`.
        case cpuidAfter = 4
    }

    public var offset: UInt32
    public var kind: Kind
    public var length: UInt8
    public var instructionOffset: UInt8
    public var expected: UInt32

    public init(offset: UInt32, kind: Kind, length: UInt8, instructionOffset: UInt8, expected: UInt32) {
        self.offset = offset
        self.kind = kind
        self.length = length
        self.instructionOffset = instructionOffset
        self.expected = expected
    }
}

/// One inode record of the index.
public struct IndexInode: Equatable, Sendable {
    public var mode: UInt32 = 0
    public var uid: UInt32 = 0
    public var gid: UInt32 = 0
    public var linkCount: UInt32 = 1
    public var size: UInt64 = 0
    public var modificationSeconds: Int64 = 0
    public var modificationNanoseconds: UInt32 = 0
    public var deviceMajor: UInt32 = 0
    public var deviceMinor: UInt32 = 0
    public var parent: UInt32 = 0
    public var first: UInt64 = 0
    public var firstSite: UInt64 = 0
    public var siteCount: UInt32 = 0
    public var xattrLength: UInt32 = 0
    public var xattrOffset: UInt64 = 0

    public init() {}

    /// The type bits of `mode` (S_IFMT).
    public var type: UInt32 { mode & 0o170000 }
}

public enum IndexError: Error, Equatable, Sendable {
    /// The host could not give the bytes.
    case unavailable
    /// A block does not hash to what its parent says.
    case corrupt(block: UInt64)
    /// The header or a record is not what this version reads, although its digest is right: another builder's format.
    case malformed
}
