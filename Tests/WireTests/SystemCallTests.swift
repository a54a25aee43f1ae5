import Testing
import Wire

@Suite("The table of system calls") struct SystemCallTests {
    private let calls = SystemCallSubject.allCases.flatMap(\.calls)

    @Test("has one row for each number up to 462 but for the gap of x86-64") func numbers() {
        let numbers = calls.map { Int($0.number) }.sorted()
        #expect(numbers == Array(0...334) + Array(424...462))
    }

    @Test("has each name once") func names() {
        let names = Set(calls.map { "\($0.name)" })
        #expect(names.count == calls.count)
    }

    @Test("has each subject ascending by number", arguments: SystemCallSubject.allCases) func order(subject: SystemCallSubject) {
        let numbers = subject.calls.map(\.number)
        #expect(numbers == numbers.sorted())
    }

    @Test("is found by number, and a number without a call is not") func lookup() throws {
        let openat = try #require(SystemCall.numbered(257))
        #expect("\(openat.name)" == "openat")
        #expect(openat.argumentCount == 4)
        #expect(openat.argument(1) == .path)
        for number in [335, 423, 463, UInt64.max] { #expect(SystemCall.numbered(number) == nil) }
    }

    @Test("says what is missing where a call is partial") func missing() {
        for call in calls {
            if case .partial(let text) = call.support { #expect(text.utf8CodeUnitCount > 0, "\(call.name)") }
        }
    }
}
