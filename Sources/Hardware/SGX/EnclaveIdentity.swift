import CEnclaveCrypto
import EnclaveCrypto

/// What the processor knows of an enclave when it derives a key or makes a report.
public struct EnclaveIdentity: Equatable, Sendable {
    public var attributes: Attributes
    public var miscSelect: MiscSelect
    public var cetAttributes: UInt8
    public var mrEnclave: Digest
    public var mrSigner: Digest
    public var configID: FixedBytes<64>
    public var configSVN: UInt16
    public var isvProdID: UInt16
    public var isvSVN: UInt16
    public var isvFamilyID: FixedBytes<16>
    public var isvExtProdID: FixedBytes<16>
    /// The processor's, not the enclave's.
    public var cpuSVN: FixedBytes<16>
    /// The processor owner's.
    public var ownerEpoch: FixedBytes<16>

    /// An initialised SECS, and what the processor keeps beside it.
    public init(
        secs: SECS, isvFamilyID: FixedBytes<16> = .init(), isvExtProdID: FixedBytes<16> = .init(),
        cpuSVN: FixedBytes<16>, ownerEpoch: FixedBytes<16> = .init()
    ) {
        attributes = secs.attributes
        miscSelect = secs.miscSelect
        cetAttributes = secs.cetAttributes
        mrEnclave = secs.mrEnclave
        mrSigner = secs.mrSigner
        configID = secs.configID
        configSVN = secs.configSVN
        isvProdID = secs.isvProdID
        isvSVN = secs.isvSVN
        self.isvFamilyID = isvFamilyID
        self.isvExtProdID = isvExtProdID
        self.cpuSVN = cpuSVN
        self.ownerEpoch = ownerEpoch
    }

    /// The same as the software processor's C half keeps it.
    public var cValue: sgx_identity {
        var value = sgx_identity()
        EnclaveIdentity.copy(attributes.bytes, to: &value.attributes)
        value.misc_select = miscSelect.rawValue
        value.cet_attributes = cetAttributes
        value.isv_prod_id = isvProdID
        value.isv_svn = isvSVN
        value.config_svn = configSVN
        EnclaveIdentity.copy(mrEnclave.bytes, to: &value.mr_enclave)
        EnclaveIdentity.copy(mrSigner.bytes, to: &value.mr_signer)
        EnclaveIdentity.copy(configID.bytes, to: &value.config_id)
        EnclaveIdentity.copy(isvFamilyID.bytes, to: &value.isv_family_id)
        EnclaveIdentity.copy(isvExtProdID.bytes, to: &value.isv_ext_prod_id)
        EnclaveIdentity.copy(cpuSVN.bytes, to: &value.cpu_svn)
        EnclaveIdentity.copy(ownerEpoch.bytes, to: &value.owner_epoch)
        return value
    }

    private static func copy<Field>(_ bytes: [UInt8], to field: inout Field) {
        withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: bytes) }
    }
}
