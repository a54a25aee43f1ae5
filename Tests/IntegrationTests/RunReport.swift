import Foundation

/// What `inclavare run --stats` prints on standard error when the program has ended.
struct RunReport: Decodable {
    let rewrittenCalls: Int
    let trappedCalls: Int
    let unknownCalls: Int
    let fileBytesVerified: Int
    let indexBytesVerified: Int
    let fileBytesBeforeStart: Int
    let indexBytesBeforeStart: Int
    let peakMemoryBytes: Int
    let acceptedPages: Int
    let returnedPages: Int
    let hostCalls: [String: Int]
    let exitlessCalls: [String: Int]

    init(_ run: Command) throws { try self.init(errors: run.errors) }

    /// From what a run printed on standard error.
    init(errors: String) throws {
        let text = errors.range(of: "{\n").map { errors[$0.lowerBound...] } ?? ""
        self = try JSONDecoder().decode(RunReport.self, from: Data(text.utf8))
    }
}
