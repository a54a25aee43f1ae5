import AESM
import SGX

/// AESM's calls for ECDSA quotes, answered by the software quoting enclave.
struct SoftwareQuoting: Sendable {
    /// Longer buffers are refused: quotes are padded to the buffer, as Intel's are.
    private static let longestBuffer = UInt32(Quote.maximumByteCount)

    private let enclave: SoftwareQuotingEnclave
    private let keyID: AttestationKeyID

    init(_ enclave: SoftwareQuotingEnclave) {
        self.enclave = enclave
        keyID = AttestationKeyID(
            signer: SoftwarePlatform.quotingEnclaveSigner, product: UInt8(SoftwarePlatform.quotingEnclaveProductID))
    }

    func answer(_ request: AESMRequest) -> QuotingAnswer {
        do throws(Refusal) {
            return .reply(try respond(request))
        } catch {
            return .refuse(.refusal(request.operation, error.code), why: "\(request.operation): \(error.why)")
        }
    }

    private struct Refusal: Error {
        let code: AESMErrorCode
        let why: String

        static func parameter(_ why: String) -> Refusal { Refusal(code: .parameter, why: why) }
    }

    private func respond(_ request: AESMRequest) throws(Refusal) -> AESMResponse {
        switch request {
        case .initQuoteEx(let keyID, let wantsName, let count):
            try check(keyID)
            return try initialise(wantsName: wantsName, count)
        case .getQuoteSizeEx(let keyID):
            try check(keyID)
            return .quoteSize(UInt32(enclave.quoteByteCount))
        case .getQuoteEx(let report, let keyID, let reportInfo, let count):
            try check(keyID)
            return try quote(report, reportInfo, count)
        case .selectKeyID(let list): return try select(list)
        case .supportedKeyIDCount: return .supportedKeyIDCount(1)
        case .supportedKeyIDs(let count):
            guard count == AttestationKeyID.byteCount else { throw .parameter("a buffer of \(count) bytes, not of 256") }
            return .supportedKeyIDs(keyID.bytes)
        case .other(let operation, _): return .refusal(operation, .serviceUnavailable)
        }
    }

    /// Intel's quoting enclave is another name of this one: clients ask for it unasked, and the quote says who made it.
    private func serves(_ wanted: AttestationKeyID) -> Bool { wanted.names(keyID) || wanted.names(.intel) }

    private func check(_ bytes: [UInt8]?) throws(Refusal) {
        guard let bytes, let wanted = AttestationKeyID(bytes) else { throw .parameter("no key identity of 256 bytes") }
        guard serves(wanted) else { throw Refusal(code: .unsupportedKeyID, why: "another quoting enclave's key identity") }
    }

    /// In two steps: without a buffer the name's length, with one the name.
    private func initialise(wantsName: Bool, _ count: UInt64?) throws(Refusal) -> AESMResponse {
        let name = enclave.publicKeyID
        guard !wantsName || count ?? 0 >= name.count else {
            throw .parameter("a buffer of \(count ?? 0) bytes for the public key's name of \(name.count)")
        }
        return .initQuoteEx(
            targetInfo: enclave.targetInfo.bytes, publicKeyIDByteCount: UInt64(name.count), publicKeyID: wantsName ? name : nil)
    }

    private func select(_ bytes: [UInt8]?) throws(Refusal) -> AESMResponse {
        guard let bytes else { return .selectedKeyID(keyID.bytes) }
        guard let list = AttestationKeyID.list(bytes) else { throw .parameter("no list of 1 to 10 key identities") }
        guard let found = list.first(where: serves) else {
            throw Refusal(code: .unsupportedKeyID, why: "none of the \(list.count) key identities is of this quoting enclave")
        }
        return .selectedKeyID(found.bytes)
    }

    private func quote(_ report: [UInt8], _ reportInfo: [UInt8]?, _ count: UInt32) throws(Refusal) -> AESMResponse {
        guard report.count == Report.byteCount else { throw .parameter("a REPORT of \(report.count) bytes, not of 432") }
        guard count >= enclave.quoteByteCount, count <= Self.longestBuffer else {
            throw .parameter("a buffer of \(count) bytes for a quote of \(enclave.quoteByteCount)")
        }
        let asked = try reportInfo.map { (bytes) throws(Refusal) in try Self.target(bytes) }
        do throws(QuotingError) {
            let quote = try enclave.quote(report: report).bytes
            let padded = quote + [UInt8](repeating: 0, count: Int(count) - quote.count)
            guard let (info, target) = asked else { return .quote(padded, reportInfo: nil) }
            let own = try enclave.report(over: quote, nonce: info.nonce, for: target)
            return .quote(
                padded, reportInfo: QEReportInfo(nonce: info.nonce, targetInfo: info.targetInfo, report: own.bytes).bytes)
        } catch {
            throw Refusal(code: Self.code(error), why: error.description)
        }
    }

    private static func target(_ bytes: [UInt8]) throws(Refusal) -> (QEReportInfo, TargetInfo) {
        guard let info = QEReportInfo(bytes) else { throw .parameter("QE report info of \(bytes.count) bytes, not of 960") }
        do throws(SGXError) {
            return (info, try TargetInfo(parsing: info.targetInfo))
        } catch {
            throw .parameter("QE report info: \(error)")
        }
    }

    private static func code(_ error: QuotingError) -> AESMErrorCode {
        switch error {
        case .report, .foreignReport: .invalidReport
        case .key, .cryptography: .unexpected
        }
    }
}
