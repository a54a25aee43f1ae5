import Foundation

/// A server in an enclave, or natively for comparison, in a network namespace of its own with nothing but loopback; clients join it there.
///
/// It is killed when its last user forgets it.
final class RunningApplication {
    /// Its files are there as long as it runs.
    private let enclave: Enclave
    let process: pid_t
    private let folder: TemporaryFolder
    private var hasEnded = false

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts `inclavare run`; `arguments` take the place of those of the manifest, and an empty file that of `input`.
    convenience init(
        _ enclave: Enclave, _ arguments: [String] = [], options: [String] = [], environment: [String: String] = [:],
        input: FileHandle? = nil
    ) throws {
        var words = [Release.inclavare, "run", "--rootfs", enclave.rootfs] + options + ["\(enclave.folder.path)/enclave"]
        if !arguments.isEmpty { words += ["--"] + arguments }
        try self.init(command: words, enclave, environment, input)
    }

    /// Starts the program of the enclave's manifest in its tree, without an enclave.
    convenience init(native enclave: Enclave) throws {
        let program = try enclave.program()
        // Interpreters look for themselves in /proc: it is mounted where nobody else sees it.
        let mounting = [
            "unshare", "--mount", "--", "/bin/sh", "-c", "mount --rbind /proc \"$0/proc\" && exec \"$@\"", enclave.rootfs,
        ]
        let words = mounting + ["env", "-i"] + program.variables + ["/usr/sbin/chroot", enclave.rootfs] + program.arguments
        try self.init(command: words, enclave, [:], nil)
    }

    private init(command: [String], _ enclave: Enclave, _ environment: [String: String], _ input: FileHandle?) throws {
        self.enclave = enclave
        folder = try TemporaryFolder()
        var words = ["unshare", "--net", "--", "/bin/sh", "-c", "busybox ip link set lo up && exec \"$@\"", "sh"]
        words += command
        let streams = [try input ?? folder.file("input"), try folder.file("output"), try folder.file("errors")]
        process = try Command.spawn(words, ProcessInfo.processInfo.environment.merging(environment) { $1 }, streams)
    }

    deinit {
        guard !hasEnded else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    var output: String { (try? folder.read("output")).map { String(decoding: $0, as: UTF8.self) } ?? "" }
    var errors: String { (try? folder.read("errors")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    // MARK: Waiting for it

    func wait(forOutput text: String, within seconds: Double = 60) throws {
        try wait("print '\(text)'", seconds) { self.output.contains(text) || self.errors.contains(text) }
    }

    /// Until a socket of its network listens on the TCP port.
    func wait(forPort port: Int, within seconds: Double = 60) throws {
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let name = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        try wait("listen on port \(port)", seconds) {
            let sockets = try ["tcp", "tcp6"].map {
                try String(contentsOfFile: "/proc/\(self.process)/net/\($0)", encoding: .utf8)
            }
            return sockets.joined().split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                // 0A is a listening socket.
                return words.count > 3 && words[1].hasSuffix(name) && words[3] == "0A"
            }
        }
    }

    private func wait(_ what: String, _ seconds: Double, _ holds: () throws -> Bool) throws {
        let deadline = Date.now.addingTimeInterval(seconds)
        while try !holds() {
            guard try endsNow() == nil else { throw Failed(description: "it ended and did not \(what): \(output) \(errors)") }
            guard Date.now < deadline else { throw Failed(description: "it does not \(what): \(output) \(errors)") }
            usleep(20_000)
        }
    }

    // MARK: Talking to it

    /// Runs a client in the server's network; one of the example's own tree after `chroot` and its path.
    func ask(_ command: [String], input: Data = Data(), within seconds: Int = 60) throws -> Command {
        try Command.run(["nsenter", "--net=/proc/\(process)/ns/net", "--"] + command, input: input, within: seconds)
    }

    func send(_ signal: Int32) { kill(process, signal) }

    // MARK: The end

    /// Sends a signal and waits; the exit status as a shell has it.
    func stop(_ signal: Int32 = SIGTERM, within seconds: Double = 20) throws -> Int32 {
        send(signal)
        return try end(within: seconds)
    }

    /// Waits until it ends by itself; the exit status as a shell has it.
    func end(within seconds: Double = 20) throws -> Int32 {
        let deadline = Date.now.addingTimeInterval(seconds)
        while Date.now < deadline {
            if let status = try endsNow() { return status }
            usleep(10_000)
        }
        throw Failed(description: "it does not end: \(output) \(errors)")
    }

    private var ending: Int32?

    private func endsNow() throws -> Int32? {
        if hasEnded { return ending }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        hasEnded = true
        ending = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
        return ending
    }
}
