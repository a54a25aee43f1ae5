import EnclaveCrypto
import SGX

extension Claims {
    init(_ body: ReportBody) {
        technology = .sgx
        measurement = body.mrEnclave.bytes
        signer = body.mrSigner.bytes
        productID = body.isvProdID
        securityVersion = body.isvSVN
        isDebug = body.attributes.flags.contains(.debug)
        reportData = body.reportData.bytes
        hostConfiguration = body.configID.bytes
        hostConfigurationVersion = body.configSVN
    }
}
