import Wire

/// The reference of system calls in Markdown, as `docs/reference/syscalls.md` holds it.
public enum SystemCallReference {
    public static var markdown: String {
        var text = introduction + summary
        for subject in SystemCallSubject.allCases {
            text += "\n## \(subject.title)\n\n| number | call | support |\n|---|---|---|\n"
            for call in subject.calls { text += row(call) }
        }
        return text
    }

    private static func row(_ call: SystemCall) -> String {
        let arguments = (0..<call.argumentCount).map { call.argument($0).words }.joined(separator: ", ")
        let signature = "`\(call.name)(\(arguments))`"
        return "| \(call.number) | \(signature) | \(call.support.words.replacing("|", with: "\\|")) |\n"
    }

    private static var summary: String {
        let calls = SystemCallSubject.allCases.flatMap(\.calls)
        func count(_ matches: (SystemCallSupport) -> Bool) -> Int { calls.count { matches($0.support) } }
        let complete = count { if case .complete = $0 { true } else { false } }
        let partial = count { if case .partial = $0 { true } else { false } }
        return "\n\(calls.count) calls: \(complete) complete, \(partial) partial, \(calls.count - complete - partial) refused.\n"
    }

    private static let introduction = """
        # System calls

        Made from the code by `inclavare system-calls-reference`; edit the rows in `Sources/Enclaves/Wire/SystemCalls`, not this file.

        What the LibOS does with each system call of x86-64 Linux 6.10. *Complete*: all arguments do what Linux' manual says. *Partial*:
        what is missing or different is named. *Refused*: always this error, which is the one of a kernel without the call (ENOSYS) or of
        a container without the privilege (EPERM). Numbers that are not listed (335 to 423, and those above 462) are ENOSYS.

        `inclavare explain` says which of the partial and refused ones a program can make.

        """
}

extension SystemCallSupport {
    /// As the reference and `explain` say it.
    public var words: String {
        switch self {
        case .complete: "complete"
        case .partial(let missing): "partial: \(missing)"
        case .refused(let error): "refused: \(error.name)"
        }
    }
}

extension SystemCallArgument {
    /// The name of the case in lower-case words.
    var words: String {
        var text = ""
        for character in "\(self)" {
            if character.isUppercase { text += " " }
            text += character.lowercased()
        }
        return text
    }
}
