import SGX
import Wire

/// /dev/attestation, with the names and meanings Gramine gave them, so that programs written for it find what they expect.
///
/// Inputs are 64 bytes of report data and 512 bytes of target info, zeros until they are written; a shorter write is padded with zeros, a
/// longer one cut. Reports and quotes are made anew each time their file is opened.
final class AttestationFiles {
    private static let reportDataLength = 64
    private static let targetInfoLength = 512

    private var reportData = Bytes(repeating: 0, count: AttestationFiles.reportDataLength)
    private var targetInfo = Bytes(repeating: 0, count: AttestationFiles.targetInfoLength)

    private init() {}

    static func make(_ fileSystem: FileSystem) -> GeneratedDirectory {
        let files = AttestationFiles()
        let root = GeneratedDirectory(fileSystem)
        root.add("attestation_type", text: "dcap")
        root.add(
            "user_report_data",
            GeneratedNode(
                fileSystem, mode: 0o666,
                save: { (bytes) throws(Errno) in files.reportData = fitted(bytes, reportDataLength) },
                { () throws(Errno) in files.reportData }))
        root.add(
            "target_info",
            GeneratedNode(
                fileSystem, mode: 0o666,
                save: { (bytes) throws(Errno) in files.targetInfo = fitted(bytes, targetInfoLength) },
                { () throws(Errno) in files.targetInfo }))
        root.add("my_target_info") { () throws(Errno) in Attestation.ownTargetInfo() }
        root.add("report") { () throws(Errno) in
            guard let report = Attestation.report(targetInfo: files.targetInfo, reportData: files.reportData) else {
                throw .EACCES
            }
            return report
        }
        root.add("keys", keys(fileSystem))
        root.add("quote") { () throws(Errno) in try Attestation.quote(reportData: files.reportData) }
        return root
    }

    /// The sealing keys by Gramine's names, for root; the signer's only where the manifest chose it and so accepted its risk.
    private static func keys(_ fileSystem: FileSystem) -> GeneratedDirectory {
        let folder = GeneratedDirectory(fileSystem)
        folder.add(
            "_sgx_mrenclave", GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in try Attestation.sealingKey(.mrEnclave) })
        if kernel.configuration.sealing == .mrsigner {
            folder.add(
                "_sgx_mrsigner",
                GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in try Attestation.sealingKey(.mrSigner) })
        }
        return folder
    }

    private static func fitted(_ bytes: Bytes, _ length: Int) -> Bytes {
        var result = Bytes(bytes.prefix(length))
        while result.count < length { result.append(0) }
        return result
    }
}
