import AESM
import Glibc

/// What connections need of their server: answers, the way to the service behind, and a log that nobody can flood.
final class QuotingDesk {
    enum Answer {
        case reply(AESMResponse)
        case forward(AESMOperation, path: String)
    }

    private let service: QuotingService
    private let upstream: String?
    private let writeLine: (String) -> Void
    private var second: Int64 = 0
    private var lines = 0
    private var clock: Int64 = 0

    private static let linesASecond = 10

    init(_ service: QuotingService, upstream: String?, log: @escaping (String) -> Void) {
        self.service = service
        self.upstream = upstream
        writeLine = log
    }

    /// The time of what follows, in milliseconds.
    func begin(now: Int64) { clock = now }

    func answer(_ body: [UInt8], of user: uid_t) -> Answer {
        switch service.answer(body) {
        case .reply(let response): return .reply(response)
        case .refuse(let response, let why):
            log("user \(user): \(why)")
            return .reply(response)
        case .forward(let operation):
            guard let upstream else { return .reply(.refusal(operation, .serviceUnavailable)) }
            return .forward(operation, path: upstream)
        }
    }

    /// At most ten lines a second; what is left out is counted by nobody, it would repeat itself.
    func log(_ line: String) {
        if clock / 1_000 != second { (second, lines) = (clock / 1_000, 0) }
        lines += 1
        if lines <= Self.linesASecond { writeLine(line) }
    }
}
