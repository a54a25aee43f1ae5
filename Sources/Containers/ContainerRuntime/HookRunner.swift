import CLinux
import Glibc
import Linux
import OCI

/// Runs hooks one after the other, each with the container's state on its stdin; the first that fails ends it.
struct HookRunner {
    let kind: String
    let state: State

    func run(_ hooks: [SpecHooks.Hook]) throws(RuntimeError) {
        guard !hooks.isEmpty else { return }
        let input = JSONWriter.write(state.json)
        for hook in hooks { try run(hook, input) }
    }

    private func run(_ hook: SpecHooks.Hook, _ input: [UInt8]) throws(RuntimeError) {
        let name = "the \(kind) hook \(hook.path)"
        var ends: [Int32] = [-1, -1]
        guard cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends) == 0 else {
            throw RuntimeError("cannot run \(name): \(SystemCallError.reason(errno))")
        }
        let own = FileDescriptor(owning: ends[0])
        let theirs = FileDescriptor(owning: ends[1])
        let process: ProcessDescriptor
        let cloned = try RuntimeError.wrap(name) { try cloneProcess(namespaces: 0) }
        switch consume cloned {
        case .child: Self.exec(hook, stdin: theirs.raw)
        case .parent(let child): process = child
        }
        close(theirs.release())
        _ = input.withUnsafeBytes { send(own.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(own.raw, Int32(SHUT_WR))
        guard process.ended(within: hook.timeout.map { Int32(clamping: $0 * 1000) } ?? -1) else {
            try? process.signal(SIGKILL)
            _ = process.wait()
            throw RuntimeError("\(name) did not end within \(hook.timeout ?? 0) s")
        }
        let status = process.wait()
        guard status == 0 else { throw RuntimeError("\(name) failed with status \(status)") }
    }

    private static func exec(_ hook: SpecHooks.Hook, stdin: Int32) -> Never {
        dup2(stdin, 0)
        _ = cl_close_on_exec_from(3)
        _ = cl_reset_signals()
        CStrings.with(hook.args.isEmpty ? [hook.path] : hook.args) { arguments in
            CStrings.with(hook.env) { environment in _ = execve(hook.path, arguments, environment) }
        }
        _exit(127)
    }
}
