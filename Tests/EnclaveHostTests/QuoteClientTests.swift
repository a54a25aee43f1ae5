import AESM
import Foundation
import Glibc
import Synchronization
import Testing
import Wire

@testable import EnclaveHost

@Suite struct QuoteClientTests {
    private let keyID = AttestationKeyID(signer: [UInt8](repeating: 7, count: 32), product: 1).bytes
    private let target = [UInt8](repeating: 1, count: 512)

    /// A quoting service that gives these frames, one for each request; the requests it read.
    private func ask(answers: [[UInt8]], _ body: (QuoteClient) -> Void) -> [AESMRequest] {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        let seen = Box()
        let service = ends[1]
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread {
            for answer in answers {
                var buffer = [UInt8](repeating: 0, count: 2048)
                let count = read(service, &buffer, buffer.count)
                guard count > 4 else { break }
                if let request = try? AESMRequest(decoding: Array(buffer[4..<count])) {
                    seen.requests.withLock { $0.append(request) }
                }
                _ = write(service, answer, answer.count)
            }
            close(service)
            group.leave()
        }
        do {
            let client = QuoteClient(.descriptor(ends[0], file: -1), log: LogWriter(open("/dev/null", O_WRONLY)))
            body(client)
        }
        group.wait()
        return seen.requests.withLock { $0 }
    }

    private final class Box: Sendable { let requests = Mutex<[AESMRequest]>([]) }

    private func frames(_ responses: AESMResponse...) -> [[UInt8]] { responses.map { FrameCollector.frame($0.encoded()) } }

    @Test func asksForTheSizeAndGivesTheQuote() {
        let report = [UInt8](repeating: 0x5a, count: 432)
        let call = ServedCall(.quote, [432], data: report)
        let answers = frames(.selectedKeyID(keyID), .quoteSize(7), .quote(Array("a quote".utf8), reportInfo: nil))
        let requests = ask(answers: answers) { #expect(call.served($0.quote) == 7) }
        #expect(
            requests == [
                .selectKeyID(list: nil), .getQuoteSizeEx(keyID: keyID),
                .getQuoteEx(report: report, keyID: keyID, reportInfo: nil, bufferByteCount: 7),
            ])
        #expect(call.data(7) == Array("a quote".utf8))
    }

    @Test func takesATargetInfoOfItsSizeOnly() {
        let sized = AESMResponse.initQuoteEx(targetInfo: target, publicKeyIDByteCount: 32, publicKeyID: nil)
        let right = ServedCall(.quoteTargetInfo, [])
        let requests = ask(answers: frames(.selectedKeyID(keyID), sized, sized)) { #expect(right.served($0.targetInfo) == 512) }
        #expect(requests.last == .initQuoteEx(keyID: keyID, wantsPublicKeyID: true, bufferByteCount: 32))
        let short = AESMResponse.initQuoteEx(targetInfo: Array(target.dropLast()), publicKeyIDByteCount: 32, publicKeyID: nil)
        let wrong = ServedCall(.quoteTargetInfo, [])
        _ = ask(answers: frames(.selectedKeyID(keyID), sized, short)) { #expect(wrong.served($0.targetInfo) == -Int64(EBADMSG)) }
    }

    @Test func refusesErrorsLongAnswersAndSilence() {
        let call = ServedCall(.quote, [432])
        let refusal = AESMResponse.refusal(.selectKeyID, AESMErrorCode(rawValue: 30))
        _ = ask(answers: frames(refusal)) { #expect(call.served($0.quote) == -Int64(EIO)) }
        _ = ask(answers: [[0xff, 0xff, 0xff, 0x7f]]) { #expect(call.served($0.quote) == -Int64(EMSGSIZE)) }
        _ = ask(answers: frames(.quoteSize(7))) { #expect(call.served($0.quote) == -Int64(EBADMSG)) }
        _ = ask(answers: [[0, 0, 0, 0]]) { #expect(call.served($0.quote) == -Int64(EBADMSG)) }
        _ = ask(answers: [[1, 0]]) { #expect(call.served($0.quote) == -Int64(ECONNRESET)) }
        let huge = frames(.selectedKeyID(keyID), .quoteSize(65_537))
        _ = ask(answers: huge) { #expect(call.served($0.quote) == -Int64(EBADMSG)) }
    }

    @Test func saysThatThereIsNoService() {
        let client = QuoteClient(.none, log: LogWriter(open("/dev/null", O_WRONLY)))
        #expect(ServedCall(.quote, [432]).served(client.quote) == -Int64(ENODEV))
    }
}
