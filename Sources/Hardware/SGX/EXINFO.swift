/// EXINFO (SDM 35.9.1.3): address and error code of a #PF or #GP, just below GPRSGX.
///
/// Wire: MADDR u64, ERRCD u32, 4 zero bytes.
public struct EXINFO: Equatable, Sendable {
    public static let byteCount = 16

    public var faultAddress: UInt64
    public var errorCode: UInt32

    public init(faultAddress: UInt64, errorCode: UInt32) {
        self.faultAddress = faultAddress
        self.errorCode = errorCode
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .exinfo, size: EXINFO.byteCount)
        try fields.requireZero(12..<16)
        self.init(faultAddress: fields.u64(0), errorCode: fields.u32(8))
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: EXINFO.byteCount)
        writer.put(faultAddress, at: 0)
        writer.put(errorCode, at: 8)
        return writer.bytes
    }
}
