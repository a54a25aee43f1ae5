import Foundation

/// Runs another program and collects what it prints.
enum Tool {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String, bytes: [UInt8]) {
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
        return (process.terminationStatus, String(decoding: output, as: UTF8.self), [UInt8](output))
    }
}
