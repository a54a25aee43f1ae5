import Attestation

/// Certificates of SGX platforms, with what a PCK certificate says of its platform.
enum CertificateFacts {
    /// One in DER, or several in PEM.
    static func chain(_ bytes: [UInt8]) throws -> [Fact] {
        if bytes.first == 0x30 { return [members(try PlatformCertificate(der: bytes))] }
        return try PlatformCertificate.chain(pem: bytes).map(members)
    }

    private static func members(_ certificate: PlatformCertificate) -> Fact {
        .members(
            [
                ("subject", .text(certificate.name)), ("serialNumber", .bytes(certificate.serialNumber)),
                ("notBefore", .text(certificate.notBefore.iso8601)), ("notAfter", .text(certificate.notAfter.iso8601)),
                ("authority", .flag(certificate.authority != nil)), ("publicKey", .bytes(certificate.publicKey)),
                ("sha256", .bytes(certificate.fingerprint)),
            ] + platform(certificate))
    }

    private static func platform(_ certificate: PlatformCertificate) -> [(name: String, value: Fact)] {
        guard let platform = try? PCKExtension(certificate: certificate) else { return [] }
        return [("platform", members(platform))]
    }

    private static func members(_ platform: PCKExtension) -> Fact {
        let configuration = platform.configuration.map { configuration in
            [
                ("dynamicPlatform", configuration.isDynamicPlatform), ("cachedKeys", configuration.hasCachedKeys),
                ("smt", configuration.hasMultithreading),
            ].compactMap { name, flag in flag.map { (name: name, value: Fact.flag($0)) } }
        }
        let instance = platform.platformInstanceID.map { [(name: "platformInstanceID", value: Fact.bytes($0))] }
        return .members(
            [
                ("fmspc", .bytes(platform.fmspc)), ("pceID", .bytes(platform.pceID)), ("ppid", .bytes(platform.ppid)),
                ("tcbComponents", .text(platform.components.map(String.init).joined(separator: " "))),
                ("pceSVN", .number(UInt64(platform.pceSVN))), ("cpuSVN", .bytes(platform.cpuSVN)),
                ("memoryProtection", .text("\(platform.memoryProtection)")),
            ] + (instance ?? []) + (configuration ?? []))
    }
}
