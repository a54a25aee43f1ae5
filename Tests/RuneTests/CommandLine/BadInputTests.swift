import Foundation
import Testing

/// Configurations that are none: one line that says where, no container, nothing left, and soon.
@Suite(.enabled(if: Runtime.canRun, Runtime.need))
struct BadInputTests {
    private func refusal(_ bytes: Data) throws -> String {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try bytes.write(to: URL(filePath: trial.bundle + "/config.json"))
        let result = try RunningProgram(trial.arguments(["run", "--bundle", trial.bundle, trial.id])).finish(within: 10)
        #expect(result.status == 1)
        #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
        #expect(trial.leftovers().isEmpty)
        return result.errors
    }

    private func refusal(_ text: String) throws -> String { try refusal(Data(text.utf8)) }

    @Test(arguments: [
        ("{\n  \"process\": }", "line 2, column 14: a value is expected"), ("", "the document ends where a value is expected"),
        ("{\"root\": {\"path\": \"rootfs\"}, \"root\": {\"path\": \"/\"}}", "the key \"root\" appears twice"),
        ("{\"root\": {\"path\": \"root\\u0000fs\"}}", "root.path: a NUL character is not allowed"),
        ("{\"root\": {\"path\": \"rootfs\"", "',' or '}' is expected"), ("{}", "root: must be given"),
        ("[]", "an object is expected"),
        ("{\"root\": {\"path\": \"rootfs\"}} {}", "text after the end"),
    ])
    func whatIsWrongIsSaidWithItsPlace(text: String, message: String) throws {
        let said = try refusal(text)
        #expect(said.contains("config.json: ") && said.contains(message), "\(said)")
    }

    @Test func deepNestingIsRefused() throws {
        #expect(try refusal(String(repeating: "[", count: 1_000_000)).contains("nested deeper than"))
        #expect(try refusal(String(repeating: "{\"a\":", count: 100_000)).contains("nested deeper than"))
    }

    @Test func aHugeFileIsRefused() throws {
        var text = "{\"annotations\": {\"a\": \""
        text += String(repeating: "x", count: 17 << 20) + "\"}}"
        #expect(try refusal(text).contains("config.json"))
    }

    @Test func whatIsNotUTF8IsRefused() throws {
        #expect(try refusal(Data([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])).contains("not UTF-8"))
    }

    @Test func aConfigurationCutOffAnywhereIsRefused() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        let whole = try JSONSerialization.data(withJSONObject: trial.configuration)
        for length in stride(from: 0, to: whole.count, by: 97) { _ = try refusal(whole[..<length]) }
    }

    /// A sample of what ConfigurationFieldTests tries with every field.
    @Test(arguments: [
        ("process", "args", "text", "process.args: an array is expected, not a string"),
        ("process", "cwd", "7", "process.cwd: a string is expected, not a number"),
        ("process", "user", "{\"uid\": -1}", "process.user.uid: the number is out of range"),
        ("linux", "namespaces", "[{\"type\": true}]", "linux.namespaces[0].type: a string is expected, not a boolean"),
        (
            "linux", "resources", "{\"pids\": {\"limit\": \"5\"}}",
            "linux.resources.pids.limit: a whole number is expected, not a string"
        ),
        ("linux", "intelRdt", "{}", "linux.intelRdt: not supported"),
        ("linux", "memoryPolicy", "{}", "linux.memoryPolicy: not supported"),
        ("linux", "netDevices", "{}", "linux.netDevices: not supported"),
    ])
    func aFieldIsNamedByItsPath(section: String, field: String, value: String, message: String) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        let parsed = try JSONSerialization.jsonObject(
            with: Data(value == "text" ? "\"text\"".utf8 : value.utf8), options: .fragmentsAllowed)
        trial.change(section, [field: parsed])
        let seen = try trial.run()
        #expect(seen.status == 1 && seen.errors.contains(message), "\(seen.errors)")
        #expect(seen.errors.filter { $0 == "\n" }.count == 1, "\(seen.errors)")
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "é", String(repeating: "x", count: 300), "a\nb"])
    func aNameThatIsNoneIsRefused(name: String) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.writeConfiguration()
        let result = try trial.command("create", "--bundle", trial.bundle, name)
        #expect(result.status == 1 && result.errors.contains("invalid container ID"), "\(result.errors)")
    }

    @Test func aStateThatIsNoneIsSaidAndDeletedByForce() throws {
        for text in ["", "{", "{}", "[]", "{\"format\": \"inclavare.rune.state\", \"minimumReader\": 99}"] {
            let trial = try Trial(Runtime.ours[0])
            defer { trial.cleanUp() }
            try trial.makeFolder("state/" + trial.id)
            try trial.write("state/\(trial.id)/state.json", text)
            let result = try trial.command("state", trial.id)
            #expect(result.status == 1 && result.errors.contains("state.json"), "\(result.errors)")
            #expect(try trial.command("list").status == 0)
            try trial.command("delete", "--force", trial.id).succeeded("delete")
            #expect(trial.leftovers().isEmpty)
        }
    }
}
