/// PAGEINFO (SDM 35.10): the operand of the instructions that add a page.
///
/// Wire: LINADDR, SRCPGE, SECINFO, SECS; four u64.
public struct PAGEINFO: Equatable, Sendable {
    public static let byteCount = 32

    public var linearAddress: UInt64
    public var sourcePage: UInt64
    public var secinfo: UInt64
    public var secs: UInt64

    public init(linearAddress: UInt64, sourcePage: UInt64, secinfo: UInt64, secs: UInt64) {
        self.linearAddress = linearAddress
        self.sourcePage = sourcePage
        self.secinfo = secinfo
        self.secs = secs
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .pageinfo, size: PAGEINFO.byteCount)
        self.init(
            linearAddress: fields.u64(0), sourcePage: fields.u64(8), secinfo: fields.u64(16), secs: fields.u64(24))
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: PAGEINFO.byteCount)
        writer.put(linearAddress, at: 0)
        writer.put(sourcePage, at: 8)
        writer.put(secinfo, at: 16)
        writer.put(secs, at: 24)
        return writer.bytes
    }
}
