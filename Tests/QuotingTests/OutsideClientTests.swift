import Attestation
import Foundation
import SGX
import Testing

/// A client of the protocol that shares no code with us.
@Suite("Quoting service and a client from the protocol's facts")
struct OutsideClientTests {
    static let python = "/usr/bin/python3"
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Clients/aesm_client.py")
        .path

    static func client(_ arguments: [String], by user: [String] = []) throws -> Process {
        try #require(FileManager.default.isExecutableFile(atPath: python), "python3 is missing: apt-get install python3")
        let process = Process()
        let words = user + [python, script] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        return process
    }

    /// However many reads it takes.
    static func line(_ file: FileHandle) throws -> Substring {
        var text = ""
        while !text.hasSuffix("\n") {
            let part = file.availableData
            try #require(!part.isEmpty, "the client ended")
            text += String(decoding: part, as: UTF8.self)
        }
        return text.dropLast()
    }

    static func hex(_ text: some StringProtocol) throws -> [UInt8] { try #require(Hex.bytes(String(text))) }

    @Test("asks which keys there are, selects one, names itself in EREPORT and gets a quote that the verifier accepts")
    func flow() throws {
        let service = try QuotingProcess()
        let client = try Self.client([service.path, "flow"])
        let (input, output) = (Pipe(), Pipe())
        (client.standardInput, client.standardOutput) = (input, output)
        try client.run()
        let target = try Self.hex(Self.line(output.fileHandleForReading))
        let report = try service.report(for: target)
        input.fileHandleForWriting.write(Data("\(Hex.text(report))\n\(Hex.text(QuotingProcess.ownTarget.bytes))\n".utf8))
        let rest = output.fileHandleForReading.readDataToEndOfFile()
        client.waitUntilExit()
        #expect(client.terminationStatus == 0)
        let answer = try #require(JSONSerialization.jsonObject(with: rest) as? [String: String])
        let verified = try service.verify(Self.hex(try #require(answer["quote"])))
        #expect(verified.isSimulated && verified.claims.measurement == [UInt8](repeating: 0x11, count: 32))
        #expect(try service.isGenuine(Self.hex(try #require(answer["qeReport"]))))
    }

    @Test("finds what AESM's service without EPID and launch enclave answers: the operation's own response, error 30")
    func oldCalls() throws {
        let service = try QuotingProcess()
        let client = try Self.client([service.path, "old"])
        let output = Pipe()
        client.standardOutput = output
        try client.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
        client.waitUntilExit()
        let answers = try lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Int]) }
        #expect(answers.allSatisfy { $0[0] == $0[1] }, "answered as another operation")
        // What lacks a field is an unexpected error; so is nothing else, but for registering what is no white list.
        #expect(answers.filter { $0[2] == 30 }.map(\.[0]) == [1, 2, 3, 4, 10, 11, 12, 13, 14, 18])
        #expect(answers.filter { $0[2] == 1 }.map(\.[0]) == [2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 14, 14])
        #expect(answers.filter { $0[2] == 3 }.map(\.[0]) == [14])
        #expect(client.terminationStatus == 0 && answers.count == 23)
    }
}
