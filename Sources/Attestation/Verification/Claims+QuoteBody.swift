import EnclaveCrypto
import SGX

extension Claims {
    init(_ body: QuoteBody) {
        switch body {
        case .enclave(let report): self.init(report)
        case .trustDomain(let report): self.init(report)
        }
    }

    private init(_ report: ReportBody) {
        technology = .sgx
        measurement = report.mrEnclave.bytes
        signer = report.mrSigner.bytes
        productID = report.isvProdID
        securityVersion = report.isvSVN
        isDebug = report.attributes.flags.contains(.debug)
        reportData = report.reportData.bytes
        hostConfiguration = report.configID.bytes
        hostConfigurationVersion = report.configSVN
        body = .enclave(report)
    }

    private init(_ report: TDReport) {
        technology = .tdx
        measurement = report.measurement
        signer = report.owner
        productID = 0
        securityVersion = 0
        isDebug = report.attributes.contains(.debug)
        reportData = report.reportData
        hostConfiguration = report.configID
        hostConfigurationVersion = 0
        body = .trustDomain(report)
    }
}
