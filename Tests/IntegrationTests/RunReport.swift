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

    init(_ run: Command) throws {
        let text = run.errors.range(of: "{\n").map { run.errors[$0.lowerBound...] } ?? ""
        self = try JSONDecoder().decode(RunReport.self, from: Data(text.utf8))
    }
}
