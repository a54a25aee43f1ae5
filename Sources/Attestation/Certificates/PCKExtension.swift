/// What a PCK certificate says of the platform that its key belongs to: OID 1.2.840.113741.1.13.1.
///
/// A SEQUENCE of {OID, value}: .1 PPID, .2 TCB (.1–.16 component SVNs, .17 PCESVN, .18 CPUSVN), .3 PCEID, .4 FMSPC, .5 SGX type,
/// .6 platform instance, .7 configuration (.1 dynamic platform, .2 cached keys, .3 SMT). The last two are only there under the
/// Platform CA. Each member occurs once; members with other numbers are left unread.
public struct PCKExtension: Equatable, Sendable {
    /// How the platform's memory is protected.
    public enum MemoryProtection: UInt8, Sendable {
        case standard = 0
        case scalable = 1
        case scalableWithIntegrity = 2
    }

    /// How a multi-package platform is set up; nil where the certificate does not say.
    public struct Configuration: Equatable, Sendable {
        public let isDynamicPlatform: Bool?
        public let hasCachedKeys: Bool?
        public let hasMultithreading: Bool?
    }

    /// The content of the OBJECT IDENTIFIER.
    static let encodedOID: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01]

    public let ppid: [UInt8]
    public let components: [UInt8]
    public let pceSVN: UInt16
    public let cpuSVN: [UInt8]
    public let pceID: [UInt8]
    public let fmspc: [UInt8]
    public let memoryProtection: MemoryProtection
    public let platformInstanceID: [UInt8]?
    public let configuration: Configuration?

    public init(
        ppid: [UInt8], components: [UInt8], pceSVN: UInt16, cpuSVN: [UInt8], pceID: [UInt8], fmspc: [UInt8],
        memoryProtection: MemoryProtection = .standard
    ) {
        self.ppid = ppid
        self.components = components
        self.pceSVN = pceSVN
        self.cpuSVN = cpuSVN
        self.pceID = pceID
        self.fmspc = fmspc
        self.memoryProtection = memoryProtection
        platformInstanceID = nil
        configuration = nil
    }

    public init(certificate: PlatformCertificate) throws(CertificateError) {
        guard let value = certificate.platformExtension else { throw .noSGXExtension }
        try self.init(parsing: value)
    }

    /// Reads the value of the extension.
    public init(parsing der: [UInt8]) throws(CertificateError) {
        var reader = DERReader(der)
        let fields = try PCKExtensionFields(&reader, prefix: Self.encodedOID, "SEQUENCE")
        ppid = try fields.octets(1, count: 16, "PPID")
        pceID = try fields.octets(3, count: 2, "PCEID")
        fmspc = try fields.octets(4, count: 6, "FMSPC")
        let versions = try fields.members(2, prefix: Self.encodedOID + [2], "TCB")
        var components: [UInt8] = []
        for index in 1...16 { components.append(try versions.unsigned(UInt8(index), "TCB component \(index)")) }
        self.components = components
        pceSVN = try versions.unsigned(17, "PCESVN")
        cpuSVN = try versions.octets(18, count: 16, "CPUSVN")
        guard let protection = MemoryProtection(rawValue: try fields.unsigned(5, "SGX type", tag: DERTag.enumerated)) else {
            throw .badSGXExtension("SGX type")
        }
        memoryProtection = protection
        platformInstanceID = fields.has(6) ? try fields.octets(6, count: 16, "platform instance") : nil
        configuration = fields.has(7) ? try Self.configuration(fields) : nil
    }

    private static func configuration(_ fields: PCKExtensionFields) throws(CertificateError) -> Configuration {
        let flags = try fields.members(7, prefix: encodedOID + [7], "configuration")
        return Configuration(
            isDynamicPlatform: try flags.boolean(1, "dynamic platform"), hasCachedKeys: try flags.boolean(2, "cached keys"),
            hasMultithreading: try flags.boolean(3, "SMT"))
    }
}
