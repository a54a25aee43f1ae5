import Dispatch
internal import Foundation

/// What another program printed, both streams together, and how it ended.
package struct ProgramRun: Sendable {
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    package let status: Int32
    package let output: String

    /// Runs it to its end.
    package init(_ program: String, _ arguments: [String]) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            let name = URL(fileURLWithPath: program).lastPathComponent
            throw Missing(description: "\(program) is missing: apt-get install \(name)")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// Waits on a thread of its own: a server in this process may need those of the tasks to answer.
    package static func aside(_ program: String, _ arguments: [String]) async throws -> ProgramRun {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try ProgramRun(program, arguments) }) }
        }
    }
}
