import Testing

/// One sentence about what a container or a runtime does, tried with every runtime.
///
/// A peer that does otherwise is named in `differs` with the reason; then its failure is no failure of the test. A new
/// subject is a file with `extension Expectation { static let subject: [Expectation] = [...] }` and one line in
/// `ContainerTests`. In `check`: change `trial.configuration`, run, and throw by way of `expect`.
struct Expectation: Sendable, CustomTestStringConvertible {
    let sentence: String
    let differs: [Runtime.Name: String]
    let check: @Sendable (Trial) throws -> Void

    init(_ sentence: String, differs: [Runtime.Name: String] = [:], _ check: @escaping @Sendable (Trial) throws -> Void) {
        self.sentence = sentence
        self.differs = differs
        self.check = check
    }

    var testDescription: String { sentence }

    func judge(_ runtime: Runtime) {
        var verdict = verdict(on: runtime)
        // A peer is here to show wrong expectations; a race of its own is none.
        if case .unmet = verdict, runtime.name != .rune, differs[runtime.name] == nil { verdict = self.verdict(on: runtime) }
        Verdicts.shared.record(sentence, runtime.name, verdict, differs[runtime.name])
        if case .unmet(let why) = verdict, differs[runtime.name] == nil {
            Issue.record("\(runtime.name): \(sentence): \(why)")
        }
    }

    func verdict(on runtime: Runtime) -> Verdict {
        do {
            let trial = try Trial(runtime)
            defer { trial.cleanUp() }
            try check(trial)
            guard runtime.name == .rune else { return .met }
            try trial.removeContainers()
            let left = trial.leftovers()
            return left.isEmpty ? .met : .unmet("left behind: \(left.joined(separator: ", "))")
        } catch let error as Unavailable {
            return .unavailable(error.description)
        } catch {
            return .unmet("\(error)")
        }
    }
}

/// What came of one expectation with one runtime.
enum Verdict: Sendable {
    case met
    case unmet(String)
    case unavailable(String)
}
