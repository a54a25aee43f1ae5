import Foundation
import Glibc
import Testing
import Wire

@testable import EnclaveHost

@Suite struct QuoteClientTests {
    /// A quoting service that reads one request and gives the bytes it was made with.
    private func ask(answer: [UInt8], _ body: (QuoteClient) -> Void) -> [UInt8] {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        let seen = Box()
        let service = ends[1]
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = read(service, &buffer, buffer.count)
            seen.bytes = Array(buffer[..<max(count, 0)])
            _ = write(service, answer, answer.count)
            close(service)
            group.leave()
        }
        do {
            let client = QuoteClient(.descriptor(ends[0]), log: LogWriter(open("/dev/null", O_WRONLY)))
            body(client)
        }
        group.wait()
        return seen.bytes
    }

    private final class Box: @unchecked Sendable { var bytes: [UInt8] = [] }

    private func frame(_ body: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: body.count >> ($0 * 8)) } + body
    }

    @Test func sendsTheReportAndGivesTheQuote() {
        let report = [UInt8](repeating: 0x5a, count: 432)
        let call = ServedCall(.quote, [432], data: report)
        let request = ask(answer: frame([0] + Array("a quote".utf8))) { #expect(call.served($0.quote) == 7) }
        #expect(request == frame([2] + report))
        #expect(call.data(7) == Array("a quote".utf8))
    }

    @Test func takesATargetInfoOfItsSizeOnly() {
        let right = ServedCall(.quoteTargetInfo, [])
        let request = ask(answer: frame([0] + [UInt8](repeating: 1, count: 512))) { #expect(right.served($0.targetInfo) == 512) }
        #expect(request == frame([1]))
        let short = ServedCall(.quoteTargetInfo, [])
        _ = ask(answer: frame([0] + [UInt8](repeating: 1, count: 511))) { #expect(short.served($0.targetInfo) == -Int64(EBADMSG)) }
    }

    @Test func refusesErrorsLongAnswersAndSilence() {
        let call = ServedCall(.quote, [432])
        _ = ask(answer: frame([1] + Array("no key".utf8))) { #expect(call.served($0.quote) == -Int64(EIO)) }
        _ = ask(answer: [0xff, 0xff, 0xff, 0x7f]) { #expect(call.served($0.quote) == -Int64(EBADMSG)) }
        _ = ask(answer: frame([])) { #expect(call.served($0.quote) == -Int64(EBADMSG)) }
        _ = ask(answer: [1, 0]) { #expect(call.served($0.quote) == -Int64(ECONNRESET)) }
    }

    @Test func saysThatThereIsNoService() {
        let client = QuoteClient(.none, log: LogWriter(open("/dev/null", O_WRONLY)))
        #expect(ServedCall(.quote, [432]).served(client.quote) == -Int64(ENODEV))
    }
}
