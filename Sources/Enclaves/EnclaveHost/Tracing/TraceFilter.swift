import Wire

/// Which system calls a trace shows: all, or those of some names and subjects.
package struct TraceFilter: Sendable {
    private let numbers: Set<UInt64>?

    package static let all = TraceFilter(numbers: nil)

    private init(numbers: Set<UInt64>?) { self.numbers = numbers }

    /// A word that is neither a call nor a subject.
    package struct UnknownName: Error, Sendable {
        package let name: String
    }

    /// Comma-separated names of calls (`openat`) and of subjects (`sockets`, as the reference groups them, or `network` and `%file`, as strace
    /// has them).
    package init(_ words: String) throws(UnknownName) {
        var numbers: Set<UInt64> = []
        for word in words.split(separator: ",") {
            let chosen = Self.calls(named: String(word))
            guard !chosen.isEmpty else { throw UnknownName(name: String(word)) }
            for call in chosen { numbers.insert(UInt64(call.number)) }
        }
        self.numbers = numbers
    }

    package static var subjectNames: [String] { SystemCallSubject.allCases.map { "\($0)" } }

    /// The groups of strace that have other names here.
    private static let groups: [String: [SystemCallSubject]] = [
        "file": [.paths, .attributes], "desc": [.descriptors, .data, .waiting], "network": [.sockets], "net": [.sockets],
        "process": [.threads, .identity], "signal": [.signals], "clock": [.time],
    ]

    private static func calls(named word: String) -> [SystemCall] {
        let name = word.first == "%" ? String(word.dropFirst()) : word
        if let subjects = groups[name] { return subjects.flatMap(\.calls) }
        if let subject = SystemCallSubject.allCases.first(where: { "\($0)" == name }) { return subject.calls }
        return SystemCallSubject.allCases.flatMap(\.calls).filter { "\($0.name)" == name }
    }

    func shows(_ record: TraceRecord) -> Bool {
        guard let numbers, record.kind != .signal else { return true }
        return numbers.contains(record.number)
    }
}
