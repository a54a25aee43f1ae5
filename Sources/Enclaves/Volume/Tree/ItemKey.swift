/// The place of an item in the tree: items of one object follow each other, ordered by what they are.
///
/// 17 bytes: u64 object, u8 kind, u64 offset.
struct ItemKey: Comparable, Sendable {
    static let byteCount = 17

    var object: UInt64
    var kind: Kind
    var offset: UInt64

    struct Kind: Equatable, Sendable {
        let number: UInt8

        /// Object 0: which blocks of a group of 4096 are used.
        static let map = Kind(number: 1)
        /// Object 0: a file that has no name any more, by its number; nothing else.
        static let orphan = Kind(number: 2)
        /// A file's attributes.
        static let file = Kind(number: 3)
        /// The target of a symbolic link, in pieces.
        static let target = Kind(number: 4)
        /// Names of a directory with one hash.
        static let name = Kind(number: 5)
        /// Extended attributes with one hash of their names.
        static let attribute = Kind(number: 6)
        /// References to sixteen blocks of a file.
        static let data = Kind(number: 7)
    }

    init(_ object: UInt64, _ kind: Kind, _ offset: UInt64 = 0) {
        self.object = object
        self.kind = kind
        self.offset = offset
    }

    static func < (a: ItemKey, b: ItemKey) -> Bool {
        if a.object != b.object { return a.object < b.object }
        if a.kind != b.kind { return a.kind.number < b.kind.number }
        return a.offset < b.offset
    }

    func encode(into bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: object.littleEndian, as: UInt64.self)
        bytes.storeBytes(of: kind.number, toByteOffset: 8, as: UInt8.self)
        bytes.storeBytes(of: offset.littleEndian, toByteOffset: 9, as: UInt64.self)
    }

    init(decoding bytes: UnsafeRawPointer) {
        object = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        kind = Kind(number: bytes.load(fromByteOffset: 8, as: UInt8.self))
        offset = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
    }
}
