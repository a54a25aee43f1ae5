/// What a quote says of a TDX trust domain: 584 bytes for TDX 1.0, 648 for 1.5.
///
/// Layout: TEE_TCB_SVN 16, MRSEAM 48, MRSIGNERSEAM 48, SEAMATTRIBUTES 8, TDATTRIBUTES 8, XFAM 8, MRTD 48, MRCONFIGID 48, MROWNER 48,
/// MROWNERCONFIG 48, RTMR0..3 48 each, REPORTDATA 64; then, for 1.5, TEE_TCB_SVN2 16 and MRSERVICETD 48.
public struct TDReport: Equatable, Sendable {
    public static let byteCount10 = 584
    public static let byteCount15 = 648

    public let bytes: [UInt8]

    public init(parsing bytes: [UInt8]) throws(QuoteError) {
        guard bytes.count == Self.byteCount10 || bytes.count == Self.byteCount15 else {
            throw .lengthMismatch(field: "body", stated: Self.byteCount10, actual: bytes.count)
        }
        self.bytes = bytes
    }

    public var isVersion15: Bool { bytes.count == Self.byteCount15 }

    /// The versions of the TDX module and its loader that launched the domain: minor, major, and fourteen of the platform.
    public var launchTCB: [UInt8] { field(0, 16) }
    public var moduleMeasurement: [UInt8] { field(16, 48) }
    /// Zero for a module of Intel's.
    public var moduleSigner: [UInt8] { field(64, 48) }
    public var moduleAttributes: [UInt8] { field(112, 8) }
    public var attributes: TDAttributes { TDAttributes(rawValue: UInt64(littleEndian: bytes[120..<128])) }
    public var extendedFeatures: UInt64 { UInt64(littleEndian: bytes[128..<136]) }
    /// MRTD: what was loaded at the start.
    public var measurement: [UInt8] { field(136, 48) }
    /// MRCONFIGID: what the host set beside the measurement.
    public var configID: [UInt8] { field(184, 48) }
    public var owner: [UInt8] { field(232, 48) }
    public var ownerConfiguration: [UInt8] { field(280, 48) }
    /// RTMR0 to RTMR3, which the domain extends while it runs.
    public var runtimeMeasurements: [[UInt8]] { (0..<4).map { field(328 + $0 * 48, 48) } }
    public var reportData: [UInt8] { field(520, 64) }
    /// TEE_TCB_SVN2: the versions that serve the domain now, after updates under it; TDX 1.5 only.
    public var currentTCB: [UInt8]? { isVersion15 ? field(584, 16) : nil }
    /// MRSERVICETD: the service domains that may act on this one, zero when there are none; TDX 1.5 only.
    public var serviceDomains: [UInt8]? { isVersion15 ? field(600, 48) : nil }

    private func field(_ offset: Int, _ count: Int) -> [UInt8] { Array(bytes[offset..<offset + count]) }
}
