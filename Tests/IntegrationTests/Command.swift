import Foundation

/// One run of a program, with what it printed.
struct Command {
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The package, found from this file.
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    struct TookTooLong: Error {
        let arguments: [String]
        let errors: String
    }

    /// Runs a program found on PATH; its output goes through files, so that nothing it prints can block it.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: Data = Data(), within seconds: Int = 120
    ) throws -> Command {
        let folder = try TemporaryFolder()
        let streams = [try folder.file("input", input), try folder.file("output"), try folder.file("errors")]
        let child = try spawn(arguments, ProcessInfo.processInfo.environment.merging(environment) { $1 }, streams)
        let deadline = Date.now.addingTimeInterval(Double(seconds))
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            guard Date.now < deadline else {
                kill(child, SIGKILL)
                waitpid(child, &status, 0)
                throw TookTooLong(arguments: arguments, errors: String(decoding: try folder.read("errors"), as: UTF8.self))
            }
            usleep(2000)
        }
        return Command(
            status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, output: try folder.read("output"),
            errors: String(decoding: try folder.read("errors"), as: UTF8.self))
    }

    /// Not Foundation's `Process`: its children inherit the blocked signals of the thread that starts them.
    static func spawn(_ arguments: [String], _ environment: [String: String], _ streams: [FileHandle]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream.fileDescriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw NotStarted(arguments: arguments, why: String(cString: strerror(code))) }
        return child
    }

    struct NotStarted: Error {
        let arguments: [String]
        let why: String
    }
}
