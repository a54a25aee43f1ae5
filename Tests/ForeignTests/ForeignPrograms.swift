import Foundation

/// The programs of Tests/ForeignTests/Programs, compiled once.
enum ForeignPrograms {
    static let names = [
        "basics", "threads", "forks", "descriptors", "signals", "identity", "launch", "errors", "memory", "isgx", "load",
    ]

    static let folder: Result<String, any Error> = Result {
        let out = "\(Command.packageRoot)/.build/foreign-programs"
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let made = try Command.run(
            ["make", "-s", "-C", "\(Command.packageRoot)/Tests/ForeignTests/Programs", "OUT=\(out)", "all"], within: 300)
        guard made.status == 0 else { throw NotMade(what: "the foreign programs", why: made.errors) }
        return out
    }

    struct NotMade: Error, CustomStringConvertible {
        let what: String
        let why: String
        var description: String { "no \(what): \(why)" }
    }
}
