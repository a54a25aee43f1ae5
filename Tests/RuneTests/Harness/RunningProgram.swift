import CLinux
import Glibc
import Synchronization

/// A program outside the containers, most often a runtime, with files for what it prints.
///
/// It gets the three standard streams and `descriptors` from 3 on, nothing else; its working directory is the test's.
final class RunningProgram: Sendable {
    let pid: pid_t
    let output: OutputFile
    let errors: OutputFile
    /// The exit status once it was waited for.
    private let result = Mutex<Int32?>(nil)

    init(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], descriptors: [Int32] = [],
        output: OutputFile? = nil, errors: OutputFile? = nil
    ) throws {
        self.output = try output ?? OutputFile()
        self.errors = try errors ?? OutputFile()
        let input = try OutputFile(containing: input)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Two steps: a source must not be overwritten before its turn.
        let sources = [input.descriptor, self.output.descriptor, self.errors.descriptor] + descriptors
        for (number, source) in sources.enumerated() { posix_spawn_file_actions_adddup2(&actions, source, Int32(500 + number)) }
        for number in sources.indices { posix_spawn_file_actions_adddup2(&actions, Int32(500 + number), Int32(number)) }
        for number in sources.indices { posix_spawn_file_actions_addclose(&actions, Int32(500 + number)) }
        _ = cl_close_on_exec_from(3)
        pid = try Self.spawn(arguments, environment, &actions)
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let base = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
        var words = arguments.map { strdup($0) } + [nil]
        var variables = base.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw Unmet("cannot start \(arguments[0]): \(String(cString: strerror(code)))") }
        return child
    }

    /// One that nobody waited for does not outlive its test.
    deinit { if result.withLock({ $0 }) == nil { end() } }

    /// The exit status as a shell gives it.
    func wait(within seconds: Double = 30) throws -> Int32 {
        if let known = result.withLock({ $0 }) { return known }
        var status: Int32 = 0
        for _ in 0..<Int(seconds * 1000) {
            if waitpid(pid, &status, WNOHANG) == pid {
                let shown = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
                result.withLock { $0 = shown }
                return shown
            }
            usleep(1000)
        }
        end()
        throw Unmet("the program did not end within \(seconds) s: \(errors.text)")
    }

    private func end() {
        var status: Int32 = 0
        Glibc.kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        result.withLock { $0 = 137 }
    }

    func finish(within seconds: Double = 30) throws -> Finished {
        Finished(status: try wait(within: seconds), output: output.text, errors: errors.text)
    }
}

/// How a program ended and what it printed.
struct Finished {
    let status: Int32
    let output: String
    let errors: String

    /// Throws what the program said unless it ended well.
    @discardableResult
    func succeeded(_ what: String) throws -> Finished {
        guard status == 0 else { throw Unmet("\(what) ended with status \(status): \(errors)") }
        return self
    }

    /// Throws unless the program failed and said `text`.
    func failed(saying text: String) throws {
        guard status != 0 else { throw Unmet("it succeeded where it should say \"\(text)\"") }
        guard errors.contains(text) else { throw Unmet("instead of \"\(text)\" it said \"\(errors)\"") }
    }
}
