import Attestation

/// What a platform says of itself so that its PCK certificates can be asked for: the line that Intel's ID retrieval tool writes.
///
/// `EncryptedPPID,PCE_ID,CPUSVN,PCE_ISVSVN,QE_ID[,PLATFORM_MANIFEST]`, all in hexadecimal, PCEID and PCESVN little-endian.
public struct PlatformRecord: Equatable, Sendable {
    /// What the platform's quote provider asks a cache for at these versions.
    public let query: PCKCertificateQuery
    /// A platform of several packages is known by it instead of by its PPID.
    public let manifest: [UInt8]?

    static let longestManifest = 65_536

    /// nil when the text is no such line.
    public init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count == 1 else { return nil }
        let fields = lines[0].split(separator: ",", omittingEmptySubsequences: false).map { field in
            Hex.bytes(String(field.filter { !$0.isWhitespace }))
        }
        guard (5...6).contains(fields.count), let ppid = fields[0], let pceID = fields[1], let cpuSVN = fields[2],
            let pceSVN = fields[3], let enclave = fields[4], !enclave.isEmpty, let manifest = fields.count == 6 ? fields[5] : []
        else { return nil }
        // Without a PPID only the manifest names the platform.
        let known = ppid.contains { $0 != 0 }
        guard known || !manifest.isEmpty, manifest.count <= Self.longestManifest,
            let query = PCKCertificateQuery(
                encryptedPPID: known ? ppid : nil, quotingEnclaveID: enclave, cpuSVN: cpuSVN, pceSVN: pceSVN, pceID: pceID)
        else { return nil }
        self.query = query
        self.manifest = manifest.isEmpty ? nil : manifest
    }
}
