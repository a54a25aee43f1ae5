import EnclaveCrypto
import EnclaveRuntime
import SGX
import Volume
import Wire

/// The secret of a volume, from the processor's sealing key, the volume's id and the path it is mounted at.
enum VolumeKeys {
    private static let label = "inclavare volume v1" as StaticString

    /// Of a volume that is made now.
    static func newHeader(path: Bytes, ephemeral: Bool = false) throws(Errno) -> VolumeHeader {
        guard let version = SealingKey.Version.current, let identity = identity() else { throw .EACCES }
        var id = Bytes(repeating: 0, count: 32)
        id.withUnsafeMutableBytes { raw in
            if let start = raw.baseAddress { Random.fill(start, raw.count) }
        }
        let sealing: VolumeHeader.Sealing = kernel.configuration.sealing == .mrsigner ? .mrsigner : .mrenclave
        return VolumeHeader(
            sealing: ephemeral ? .ephemeral : sealing, productID: kernel.configuration.productID, securityVersion: version.enclave,
            processorVersion: version.processor, id: id, identity: identity, place: SHA256.hash(path).bytes)
    }

    /// MRENCLAVE or MRSIGNER, as the configuration seals.
    private static func identity() -> Bytes? {
        guard
            let report = Attestation.report(targetInfo: Bytes(repeating: 0, count: 512), reportData: Bytes(repeating: 0, count: 64))
        else { return nil }
        return kernel.configuration.sealing == .mrsigner ? Bytes(report[128..<160]) : Bytes(report[64..<96])
    }

    /// The secret for a header that was found; every refusal names what differs.
    static func master(for header: VolumeHeader, path: Bytes) throws(VolumeRefusal) -> Bytes {
        let mine: VolumeHeader
        do throws(Errno) { mine = try newHeader(path: path) } catch { throw .noKey }
        guard header.sealing == mine.sealing, header.identity == mine.identity else { throw .otherIdentity }
        guard header.place == mine.place else { throw .otherPlace }
        guard header.productID == mine.productID else { throw .otherIdentity }
        return try master(header)
    }

    static func master(_ header: VolumeHeader) throws(VolumeRefusal) -> Bytes {
        let policy: KeyRequest.Policy = header.sealing == .mrsigner ? .mrSigner : .mrEnclave
        let version = SealingKey.Version(enclave: header.securityVersion, processor: header.processorVersion)
        guard var sealing = SealingKey.derive(policy, version, id: header.id) else { throw .noKey }
        defer { ConstantTime.erase(&sealing) }
        let info = Bytes(text: label) + header.place
        do throws(CryptoError) {
            return try HKDFSHA256.derive(secret: sealing, salt: header.id, info: info, count: 32)
        } catch { throw .noKey }
    }

    /// A secret that is known to nobody and gone with the enclave.
    static func random() -> Bytes {
        var secret = Bytes(repeating: 0, count: 32)
        secret.withUnsafeMutableBytes { raw in
            if let start = raw.baseAddress { Random.fill(start, raw.count) }
        }
        return secret
    }
}
