import CLinux
import Glibc
import Linux
import OCI

/// A hook that runs: it reads from us on stdin, and what it says on stderr is handed on and kept for an error.
struct HookProcess: ~Copyable {
    private let process: ProcessDescriptor
    private let stdin: FileDescriptor
    private let stderr: FileDescriptor
    private var said: [UInt8] = []

    private static let keptBytes = 1024

    static func start(_ hook: SpecHooks.Hook) throws(SystemCallError) -> HookProcess {
        let input = try pair()
        let stdin = FileDescriptor(owning: input.own)
        let theirs = FileDescriptor(owning: input.theirs)
        let errors = try pair()
        let stderr = FileDescriptor(owning: errors.own)
        let theirErrors = FileDescriptor(owning: errors.theirs)
        let cloned = try cloneProcess(namespaces: 0)
        switch consume cloned {
        case .child: exec(hook, stdin: theirs.raw, stderr: theirErrors.raw)
        case .parent(let process): return HookProcess(process: process, stdin: stdin, stderr: stderr)
        }
    }

    private init(process: consuming ProcessDescriptor, stdin: consuming FileDescriptor, stderr: consuming FileDescriptor) {
        self.process = process
        self.stdin = stdin
        self.stderr = stderr
    }

    private static func pair() throws(SystemCallError) -> (own: Int32, theirs: Int32) {
        var ends: [Int32] = [-1, -1]
        try SystemCallError.check(cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends), "make a socket pair")
        return (ends[0], ends[1])
    }

    private static func exec(_ hook: SpecHooks.Hook, stdin: Int32, stderr: Int32) -> Never {
        dup2(stdin, 0)
        dup2(stderr, 2)
        _ = cl_reset_signals()
        guard cl_close_on_exec_from(3) >= 0 else { refuse() }
        CStrings.with(hook.args.isEmpty ? [hook.path] : hook.args) { arguments in
            CStrings.with(hook.env) { environment in _ = execve(hook.path, arguments, environment) }
        }
        refuse()
    }

    private static func refuse() -> Never {
        let reason = Array(SystemCallError.reason(errno).utf8)
        _ = write(2, reason, reason.count)
        _exit(127)
    }

    /// The exit status; `nil` after `seconds`, with the hook killed.
    ///
    /// The state goes in piece by piece: a hook that never reads must not keep us from its time limit.
    mutating func attend(_ input: [UInt8], seconds: Int?) -> Int32? {
        let deadline = seconds.map { Self.now + Int64(clamping: $0) * 1000 }
        var rest = input[...]
        var entries = [
            pollfd(fd: process.descriptor.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stderr.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stdin.raw, events: Int16(POLLOUT), revents: 0),
        ]
        while true {
            let left = deadline.map { Int32(clamping: max(0, $0 - Self.now)) } ?? -1
            let count = poll(&entries, 3, left)
            // Also of one that writes without an end, and so always has something for us.
            if count == 0 || entries[0].revents == 0 && left == 0 {
                try? process.signal(SIGKILL)
                _ = process.wait()
                return nil
            }
            guard count > 0 else { continue }
            if entries[2].revents != 0, !feed(&rest) { entries[2].fd = -1 }
            if entries[1].revents != 0, !listen() { entries[1].fd = -1 }
            if entries[0].revents != 0 { break }
        }
        while listen() {}
        return process.wait()
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// `false` once all is sent, or nobody reads.
    private func feed(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let sent = rest.withUnsafeBytes {
            send(stdin.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        if sent < 0 { return errno == EAGAIN || errno == EINTR }
        rest = rest.dropFirst(sent)
        guard rest.isEmpty else { return true }
        shutdown(stdin.raw, Int32(SHUT_WR))
        return false
    }

    /// `false` when there is nothing, or nothing more.
    private mutating func listen() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(stderr.raw, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return false }
        _ = write(2, buffer, count)
        said = Array((said + buffer[..<count]).suffix(Self.keptBytes))
        return true
    }

    /// What it said last on stderr, as the end of an error message's line.
    var lastWords: String {
        let text = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: "; ")
        return text.isEmpty ? "" : ": " + text
    }
}
