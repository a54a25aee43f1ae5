import AESM
import Attestation
import EnclaveCrypto
import Foundation
import SGX
import Testing

/// What the service answers to each request, without a socket.
@Suite("Quoting service's answers")
struct ServiceTests {
    let folder: URL
    let enclave: SoftwareQuotingEnclave
    let service: QuotingService
    let keyID: [UInt8]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("answers-\(UUID().uuidString.prefix(8))")
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let root = try SoftwareRoot(stateDirectory: folder.path, at: now)
        enclave = try SoftwareQuotingEnclave(root: root, stateDirectory: folder.path)
        service = QuotingService(enclave: enclave)
        keyID = AttestationKeyID(signer: SoftwarePlatform.quotingEnclaveSigner, product: 1).bytes
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func answer(_ request: AESMRequest) -> AESMResponse { answer(request.encoded()) }

    func answer(_ body: [UInt8]) -> AESMResponse {
        switch service.answer(body) {
        case .reply(let response), .refuse(let response, _): response
        case .forward(let operation): .refusal(operation, .unexpected)
        }
    }

    func code(_ request: AESMRequest) -> AESMErrorCode? {
        guard case .refusal(request.operation, let code) = answer(request) else { return nil }
        return code
    }

    func report() throws -> [UInt8] {
        let key = [UInt8](try Data(contentsOf: folder.appendingPathComponent("softsgx/root.key")))
        return try #require(KeyDerivation(rootKey: key)).report(
            by: QuotingProcess.identity, for: enclave.targetInfo, data: FixedBytes<64>(), keyID: FixedBytes<32>()
        ).bytes
    }

    @Test("names of key identities: its own, Intel's for clients that ask for that unasked, and no other")
    func keyIdentities() throws {
        defer { remove() }
        let other = AttestationKeyID(signer: [UInt8](repeating: 5, count: 32), product: 1).bytes
        let list: ([[UInt8]]) -> [UInt8] = { [0, 0, 0, 0, UInt8($0.count), 0, 0, 0] + $0.flatMap { $0 } }
        #expect(answer(.selectKeyID(list: nil)) == .selectedKeyID(keyID))
        #expect(
            answer(.selectKeyID(list: list([other, AttestationKeyID.intel.bytes]))) == .selectedKeyID(AttestationKeyID.intel.bytes))
        #expect(code(.selectKeyID(list: list([other]))) == .unsupportedKeyID)
        for bad in [[], list([]), list([keyID]).dropLast(), list([keyID]) + [0], [1] + list([keyID]).dropFirst()] {
            #expect(code(.selectKeyID(list: Array(bad))) == .parameter)
        }
        #expect(code(.selectKeyID(list: list(Array(repeating: keyID, count: 11)))) == .parameter)
        #expect(answer(.supportedKeyIDCount) == .supportedKeyIDCount(1))
        #expect(answer(.supportedKeyIDs(bufferByteCount: 256)) == .supportedKeyIDs(keyID))
        for count in [UInt32(0), 255, 257, 512, .max] { #expect(code(.supportedKeyIDs(bufferByteCount: count)) == .parameter) }
        for (bad, expected) in [(nil, AESMErrorCode.parameter), (Array(keyID.dropLast()), .parameter), (other, .unsupportedKeyID)] {
            #expect(code(.getQuoteSizeEx(keyID: bad)) == expected)
            #expect(code(.initQuoteEx(keyID: bad, wantsPublicKeyID: false, bufferByteCount: nil)) == expected)
            #expect(code(.getQuoteEx(report: try report(), keyID: bad, reportInfo: nil, bufferByteCount: 8192)) == expected)
        }
        #expect(answer(.getQuoteSizeEx(keyID: AttestationKeyID.intel.bytes)) == .quoteSize(UInt32(enclave.quoteByteCount)))
    }

    @Test("the public key's name is its length first, then itself, into a buffer that holds it")
    func publicKeyName() throws {
        defer { remove() }
        let target = enclave.targetInfo.bytes
        #expect(
            answer(.initQuoteEx(keyID: keyID, wantsPublicKeyID: false, bufferByteCount: nil))
                == .initQuoteEx(targetInfo: target, publicKeyIDByteCount: 32, publicKeyID: nil))
        for count in [UInt64(32), 33, .max] {
            #expect(
                answer(.initQuoteEx(keyID: keyID, wantsPublicKeyID: true, bufferByteCount: count))
                    == .initQuoteEx(targetInfo: target, publicKeyIDByteCount: 32, publicKeyID: enclave.publicKeyID))
        }
        for count in [UInt64?.none, 0, 31] {
            #expect(code(.initQuoteEx(keyID: keyID, wantsPublicKeyID: true, bufferByteCount: count)) == .parameter)
        }
    }

    @Test(
        "a quote needs a REPORT of its size and machine, a buffer that holds it, and 960 bytes of QE report info where there is any"
    )
    func quotes() throws {
        defer { remove() }
        let size = UInt32(enclave.quoteByteCount)
        let good = try report()
        func get(_ report: [UInt8], info: [UInt8]? = nil, _ count: UInt32) -> AESMRequest {
            .getQuoteEx(report: report, keyID: keyID, reportInfo: info, bufferByteCount: count)
        }
        guard case .quote(let quote, nil) = answer(get(good, size)) else {
            Issue.record("no quote")
            return
        }
        #expect(try Quote(parsing: quote).bytes == quote)
        for count in [0, size - 1, 65_537, .max] { #expect(code(get(good, count)) == .parameter) }
        for bad in [[], Array(good.dropLast()), good + [0]] { #expect(code(get(bad, size)) == .parameter) }
        for offset in [0, 64, 320, 383, 384, 416, 431] {
            var changed = good
            changed[offset] ^= 1
            #expect(code(get(changed, size)) == .invalidReport, "\(offset)")
        }
        for count in [0, 959, 961] { #expect(code(get(good, info: [UInt8](repeating: 0, count: count), size)) == .parameter) }
        // A target of an enclave that cannot be: a reserved byte is set.
        var info = [UInt8](repeating: 0, count: 960)
        info[16 + 200] = 1
        #expect(code(get(good, info: info, size)) == .parameter)
    }

    @Test("each field that has to be there, left out or of another kind, is an unexpected error of that operation")
    func missingFields() {
        defer { remove() }
        let bodies: [(AESMOperation, [UInt8])] = [
            (.initQuoteEx, [0x7a, 0]), (.initQuoteEx, [0x7a, 2, 0x1a, 0]), (.getQuoteEx, [0x8a, 1, 0]),
            (.getQuoteEx, [0x8a, 1, 2, 0x20, 1]), (.getQuoteEx, [0x8a, 1, 2, 0x0a, 0]), (.supportedKeyIDs, [0xb2, 1, 0]),
            (.supportedKeyIDs, [0xb2, 1, 1, 0xff]), (.getQuoteSizeEx, [0x82, 1, 2, 0x0a, 5]),
        ]
        for (operation, body) in bodies { #expect(answer(body) == .refusal(operation, .unexpected), "\(body)") }
        // No request at all, two in one, an operation that does not exist or is a number.
        for body in [[], [0xff], [0x7a, 5], [0xaa, 1, 0, 0xaa, 1, 0], [0x2a, 0], [0xa2, 1, 0], [0x78, 1]] as [[UInt8]] {
            #expect(answer(body) == .refusal(nil, .unexpected), "\(body)")
        }
    }

    @Test("before another service judges nothing that only that one can")
    func upstream() {
        defer { remove() }
        #expect(QuotingService.upstream.answer(AESMRequest.supportedKeyIDCount.encoded()) == .forward(.supportedKeyIDCount))
        let old = AESMRequest.other(.initQuote, dataType: nil).encoded()
        #expect(QuotingService.upstream.answer(old) == .reply(.refusal(.initQuote, .serviceUnavailable)))
    }
}
