import Testing

@testable import ContainerRuntime

@Suite struct ProcessStatusTests {
    private func parsed(named name: String, state: String = "S") -> ProcessStatus? {
        let numbers = (4...52).map(String.init).joined(separator: " ")
        return ProcessStatus(line: Array("7 (\(name)) \(state) \(numbers)\n".utf8))
    }

    /// U+0600 makes one character of itself and what follows.
    @Test(arguments: ["sleep", "a) Z 1 (b", ") X", "a\u{600}", "\u{600}", "a\r", ""])
    func noNameHidesAProcess(name: String) throws {
        let status = try #require(parsed(named: name))
        #expect(status.isAlive && status.startTime == 22)
    }

    @Test func theDeadAreNotAlive() throws {
        #expect(try #require(parsed(named: "x", state: "Z")).isAlive == false)
        #expect(ProcessStatus(line: Array("7 (x) S 1".utf8)) == nil)
    }
}
