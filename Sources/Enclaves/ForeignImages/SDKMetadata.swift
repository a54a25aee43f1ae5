import SGX

/// One block of the metadata that Intel's signing tool puts into a library.
///
/// Wire: 0 magic · 8 version u64, major in the high half, ten more for a library with an address range of its own · 16 size u32 ·
/// 20 TCS policy u32 · 24 SSA frame pages u32 · 32 MISCSELECT u32 · 40 enclave size u64 · 48 ATTRIBUTES · 64 SIGSTRUCT ·
/// 1872 directories {offset u32, size u32} from the block's start: patches, layout, address range, extension · data.
struct SDKMetadata {
    static let magic: UInt64 = 0x86A8_0294_635D_0E4C
    static let headerSize = 1888
    private static let rangeMajor: UInt32 = 10
    private static let newestMajor: UInt32 = 3
    private static let oldest = Version(major: 1, minor: 3)

    struct Version: Equatable {
        var major: UInt32
        var minor: UInt32

        /// Whether the library asks for an address range larger than itself.
        var hasAddressRange: Bool { major > rangeMajor }
        /// The number without that.
        var base: Version { Version(major: major % rangeMajor, minor: minor) }
        var text: String { "\(base.major).\(minor)" + (hasAddressRange ? " with an address range" : "") }

        static func < (left: Version, right: Version) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
    }

    /// Entries of a table have 32 bytes, groups and patches too.
    static let entrySize = 32

    let block: ByteRecord
    let version: Version
    let ssaFrameSize: UInt32
    let miscSelect: MiscSelect
    let enclaveSize: UInt64
    let attributes: Attributes
    let patches: ByteRecord
    let layout: ByteRecord

    /// The newest block that is understood, of those that follow one another in the note.
    static func newest(in note: ByteRecord) throws(ForeignImageError) -> SDKMetadata {
        var place = 0
        var newest: (block: ByteRecord, version: Version)?
        var refused: Version?
        while note.count - place >= headerSize, note.inside(place..<place + 8).u64(0) == magic {
            let rest = note.inside(place..<note.count)
            let size = rest.u32(16)
            guard size >= headerSize else {
                throw .damaged(what: "the metadata", why: "a block has \(size) bytes, less than its header")
            }
            let block = try rest.record(0, UInt64(size), "a block of the metadata")
            let version = Version(major: rest.u32(12), minor: rest.u32(8))
            if !isUnderstood(version) {
                refused = version
            } else if newest.map({ $0.version < version }) ?? true {
                newest = (block, version)
            }
            place += Int(size)
        }
        if let newest { return try SDKMetadata(newest.block, newest.version) }
        if let refused { throw .unsupported("its metadata has version \(refused.text)") }
        throw .damaged(what: "the metadata", why: "there is none behind the note's name; the library is not signed")
    }

    private static func isUnderstood(_ version: Version) -> Bool {
        !(version.base < oldest) && version.base.major <= newestMajor && version.major < 2 * rangeMajor
    }

    private init(_ block: ByteRecord, _ version: Version) throws(ForeignImageError) {
        self.block = block
        self.version = version
        ssaFrameSize = block.u32(24)
        miscSelect = MiscSelect(rawValue: block.u32(32))
        enclaveSize = block.u64(40)
        attributes = Attributes(flags: .init(rawValue: block.u64(48)), xfrm: .init(rawValue: block.u64(56)))
        patches = try Self.table(0, block, "the patch table")
        layout = try Self.table(1, block, "the layout table")
        guard ssaFrameSize > 0 else { throw .damaged(what: "the metadata", why: "SSA frames have no pages") }
        guard version.base.major < 3 || block.count < 1904 || block.u32(1900) == 0 else {
            throw .unsupported("its metadata has an extension table: a module inside the library")
        }
    }

    var signature: [UInt8] { block.inside(64..<64 + SIGSTRUCT.byteCount).array }

    /// Bytes of the block's data part, which is behind its directories.
    func data(_ offset: UInt32, _ size: UInt32, _ what: String) throws(ForeignImageError) -> ByteRecord {
        try Self.data(offset, size, block, what)
    }

    private static func table(_ number: Int, _ block: ByteRecord, _ what: String) throws(ForeignImageError) -> ByteRecord {
        let place = 1872 + number * 8
        let size = block.u32(place + 4)
        guard size > 0 else { return block.inside(0..<0) }
        guard size % UInt32(entrySize) == 0 else { throw .damaged(what: what, why: "\(size) bytes are not whole entries") }
        return try data(block.u32(place), size, block, what)
    }

    private static func data(
        _ offset: UInt32, _ size: UInt32, _ block: ByteRecord, _ what: String
    ) throws(ForeignImageError) -> ByteRecord {
        guard offset >= headerSize else { throw .damaged(what: what, why: "offset \(offset) lies in the metadata's header") }
        return try block.record(UInt64(offset), UInt64(size), what)
    }
}
