package import ArgumentParser
import Glibc

/// Runs a program of commands so that whatever fails is one line on standard error, begun with the program's name.
///
/// Wrong usage is exit code 64, any other error 1, unless the command chose a code itself by throwing it.
package enum CommandProgram {
    package static func run<Root: ParsableCommand>(_ root: Root.Type, named name: String) {
        do {
            var command = try Root.parseAsRoot()
            try command.run()
        } catch {
            end(root, name, error)
        }
    }

    private static func end<Root: ParsableCommand>(_ root: Root.Type, _ name: String, _ error: any Error) -> Never {
        let message = root.message(for: error)
        // Help that was asked for, and codes whose reason is printed already.
        guard !root.exitCode(for: error).isSuccess, !message.isEmpty else { root.exit(withError: error) }
        let page = error is ValidationError ? nil : helpPage(root.fullMessage(for: error), name)
        let lines = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let text = Array("\(name): \(lines)\(page.map { " (see \($0))" } ?? "")\n".utf8)
        _ = write(STDERR_FILENO, text, text.count)
        Glibc.exit(root.exitCode(for: error).rawValue)
    }

    /// The parser knows which of the commands was meant, and says so only in its last line: See 'program command --help' for more.
    private static func helpPage(_ message: String, _ name: String) -> String? {
        let parts = message.split(separator: "\n").last?.split(separator: "'", omittingEmptySubsequences: false)
        guard let parts, parts.count == 3, parts[0].hasSuffix("See ") else { return nil }
        return ([name[...]] + parts[1].split(separator: " ").dropFirst()).joined(separator: " ")
    }
}
