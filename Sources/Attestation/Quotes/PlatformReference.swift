/// The platform and its versions, as certification data of types 1 to 3 name them: what a PCK certificate is asked for with.
///
/// Layout: PPID (plain 16, RSA-2048 256, RSA-3072 384), CPUSVN 16, PCESVN u16, PCEID u16; old quotes of type 1 end before the PCEID.
public struct PlatformReference: Equatable, Sendable, CustomStringConvertible {
    public let ppid: [UInt8]
    public let cpuSVN: [UInt8]
    public let pceSVN: UInt16
    public let pceID: [UInt8]?
    public let bytes: [UInt8]

    init(_ bytes: [UInt8], ppidByteCount: Int) throws(QuoteError) {
        var cursor = ByteCursor(bytes)
        ppid = try cursor.take(ppidByteCount, "cert_data.ppid")
        cpuSVN = try cursor.take(16, "cert_data.cpusvn")
        pceSVN = try cursor.u16("cert_data.pcesvn")
        pceID = cursor.remaining == 0 && ppidByteCount == 16 ? nil : try cursor.take(2, "cert_data.pceid")
        guard cursor.remaining == 0 else { throw .trailingBytes(cursor.remaining) }
        self.bytes = bytes
    }

    public var description: String {
        "CPUSVN \(Hex.text(cpuSVN)), PCESVN \(pceSVN)" + (pceID.map { ", PCEID \(Hex.text($0))" } ?? "")
    }
}
