import Attestation
import Crypto

/// A cached item with its dates, as it lies on disk.
///
/// Layout, integers little-endian: magic `INCLCOLL`, version u16, oldest reader u16, three i64 of seconds since 1970 (fetched, issued,
/// expires), then key, issuer chain and content, each behind its u32 size, and SHA-256 over all that. The hash finds damage; whether
/// the content is genuine is checked anew whenever it is read.
struct CacheEntry: Equatable, Sendable {
    static let version: UInt16 = 1
    static let oldestReader: UInt16 = 1
    static let maximumByteCount = 8 << 20
    private static let magic = Array("INCLCOLL".utf8)

    let key: String
    let fetched: Timestamp
    let period: ValidityPeriod
    let issuerChain: String
    let content: [UInt8]

    var bytes: [UInt8] {
        var bytes = Self.magic + Self.little(Self.version) + Self.little(Self.oldestReader)
        for moment in [fetched, period.issued, period.expires] { bytes += Self.little(moment.seconds) }
        for field in [Array(key.utf8), Array(issuerChain.utf8), content] {
            bytes += Self.little(UInt32(truncatingIfNeeded: field.count)) + field
        }
        return bytes + Array(SHA256.hash(data: bytes))
    }

    init(key: String, fetched: Timestamp, period: ValidityPeriod, issuerChain: String, content: [UInt8]) {
        self.key = key
        self.fetched = fetched
        self.period = period
        self.issuerChain = issuerChain
        self.content = content
    }

    /// Reads an entry of a format that this reader understands; anything else, or damage, is nil: it is fetched again.
    init?(bytes: [UInt8]) {
        guard (Self.magic.count + 4 + 24 + 12 + 32...Self.maximumByteCount).contains(bytes.count) else { return nil }
        let body = bytes.dropLast(32)
        guard body.starts(with: Self.magic), Array(SHA256.hash(data: Array(body))) == Array(bytes.suffix(32)) else { return nil }
        var rest = body.dropFirst(Self.magic.count)
        guard let _: UInt16 = Self.take(&rest), let reader: UInt16 = Self.take(&rest), reader <= Self.version,
            let fetched: Int64 = Self.take(&rest), let issued: Int64 = Self.take(&rest), let expires: Int64 = Self.take(&rest),
            let key = Self.field(&rest), let chain = Self.field(&rest), let content = Self.field(&rest), rest.isEmpty,
            let keyText = String(validating: key, as: UTF8.self), let chainText = String(validating: chain, as: UTF8.self)
        else { return nil }
        self.init(
            key: keyText, fetched: Timestamp(seconds: fetched),
            period: ValidityPeriod(issued: Timestamp(seconds: issued), expires: Timestamp(seconds: expires)),
            issuerChain: chainText, content: Array(content))
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    private static func take<T: FixedWidthInteger>(_ bytes: inout ArraySlice<UInt8>) -> T? {
        let size = MemoryLayout<T>.size
        guard bytes.count >= size else { return nil }
        let value = bytes.prefix(size).reversed().reduce(T.zero) { $0 << 8 | T(truncatingIfNeeded: $1) }
        bytes = bytes.dropFirst(size)
        return value
    }

    private static func field(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let size: UInt32 = take(&bytes), Int(size) <= bytes.count else { return nil }
        let field = bytes.prefix(Int(size))
        bytes = bytes.dropFirst(Int(size))
        return field
    }
}
