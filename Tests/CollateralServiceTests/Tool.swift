import Dispatch
import Foundation

/// Runs another program and collects what it prints.
enum Tool {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    struct Result: Sendable {
        let status: Int32
        let output: String
    }

    /// Waits on a thread of its own: a server in this process may need those of the tasks to answer.
    static func run(_ program: String, _ arguments: [String]) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try wait(program, arguments) }) }
        }
    }

    private static func wait(_ program: String, _ arguments: [String]) throws -> Result {
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
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
