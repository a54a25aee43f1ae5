import Foundation

/// What a program printed and how it ended.
struct RuneOutput {
    let status: Int32
    let output: String
    let errors: String

    init(running path: String, _ arguments: [String], input: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rune-out-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: a container that is only created keeps them open, and a pipe would never end.
        let outputFile = try Self.file(folder, "out")
        let errorFile = try Self.file(folder, "err")
        process.standardOutput = outputFile
        process.standardError = errorFile
        if let input {
            let inputFile = folder.appendingPathComponent("in")
            try Data(input.utf8).write(to: inputFile)
            process.standardInput = try FileHandle(forReadingFrom: inputFile)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: folder.appendingPathComponent("out"), encoding: .utf8)
        errors = try String(contentsOf: folder.appendingPathComponent("err"), encoding: .utf8)
    }

    private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
        let path = folder.appendingPathComponent(name)
        try Data().write(to: path)
        return try FileHandle(forWritingTo: path)
    }

    var lines: [String] { output.split(separator: "\n").map(String.init) }
}
