/// What a client gives and gets with a quote, to know by a local REPORT that the quoting enclave made it.
///
/// 960 bytes: nonce 16, TARGETINFO of the client's enclave 512, REPORT of the quoting enclave 432; the REPORT's data are SHA-256 of nonce
/// and quote, then zeros.
package struct QEReportInfo: Equatable, Sendable {
    package static let byteCount = 960

    package let nonce: [UInt8]
    package let targetInfo: [UInt8]
    package let report: [UInt8]

    /// Nil unless there are 960 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        nonce = Array(bytes[..<16])
        targetInfo = Array(bytes[16..<528])
        report = Array(bytes[528...])
    }

    package init(nonce: [UInt8], targetInfo: [UInt8], report: [UInt8]) {
        self.nonce = nonce
        self.targetInfo = targetInfo
        self.report = report
    }

    package var bytes: [UInt8] { nonce + targetInfo + report }
}
