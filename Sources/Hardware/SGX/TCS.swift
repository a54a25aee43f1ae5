/// TCS (SDM 35.8): a place where a logical processor may enter.
///
/// Wire: one page; FLAGS 8, OSSA 16, CSSA 24, NSSA 28, OENTRY 32, OFSBASE 48, OGSBASE 56, FSLIMIT 64, GSLIMIT 68, OCETSSA 72,
/// PREVSSP 80; the rest is zero. Offsets count from the enclave's base.
public struct TCS: Equatable, Sendable {
    public static let byteCount = 4096

    public var flags: Flags = []
    public var ossa: UInt64
    /// The SSA frame the next entry uses; only the processor changes it.
    public var cssa: UInt32 = 0
    public var nssa: UInt32
    public var oentry: UInt64
    public var ofsBase: UInt64 = 0
    public var ogsBase: UInt64 = 0
    public var fsLimit: UInt32 = 0xfff
    public var gsLimit: UInt32 = 0xfff
    public var ocetSSA: UInt64 = 0
    public var prevSSP: UInt64 = 0

    public init(ossa: UInt64, nssa: UInt32, oentry: UInt64, ofsBase: UInt64 = 0, ogsBase: UInt64 = 0) {
        self.ossa = ossa
        self.nssa = nssa
        self.oentry = oentry
        self.ofsBase = ofsBase
        self.ogsBase = ogsBase
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .tcs, size: TCS.byteCount)
        for reserved in [0..<8, 40..<48, 88..<4096] { try fields.requireZero(reserved) }
        self.init(
            ossa: fields.u64(16), nssa: fields.u32(28), oentry: fields.u64(32), ofsBase: fields.u64(48),
            ogsBase: fields.u64(56))
        flags = Flags(rawValue: fields.u64(8))
        guard flags.isSubset(of: [.debugOptIn, .aexNotify]) else { throw fields.badValue(8) }
        cssa = fields.u32(24)
        fsLimit = fields.u32(64)
        gsLimit = fields.u32(68)
        ocetSSA = fields.u64(72)
        prevSSP = fields.u64(80)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: TCS.byteCount)
        writer.put(flags.rawValue, at: 8)
        writer.put(ossa, at: 16)
        writer.put(cssa, at: 24)
        writer.put(nssa, at: 28)
        writer.put(oentry, at: 32)
        writer.put(ofsBase, at: 48)
        writer.put(ogsBase, at: 56)
        writer.put(fsLimit, at: 64)
        writer.put(gsLimit, at: 68)
        writer.put(ocetSSA, at: 72)
        writer.put(prevSSP, at: 80)
        return writer.bytes
    }

    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        public static let debugOptIn = Flags(rawValue: 1 << 0)
        public static let aexNotify = Flags(rawValue: 1 << 1)
    }
}
