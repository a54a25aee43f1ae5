import CLinux
import Glibc
import Linux
import OCI

/// `run` in the foreground: stays with the container, hands signals and the terminal on, and takes its exit status.
struct RunSession: ~Copyable {
    private let process: ProcessDescriptor
    private let signals: FileDescriptor
    /// The terminal's master; -1: none.
    private let terminal: Int32

    init(_ process: consuming ProcessDescriptor, signals: consuming FileDescriptor, terminal: Int32) {
        self.process = process
        self.signals = signals
        self.terminal = terminal
    }

    /// Returns the status as a shell gives it.
    consuming func attend() -> Int32 {
        let settings = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 16)
        defer { settings.deallocate() }
        var isRaw = false
        if terminal >= 0 {
            _ = cl_copy_terminal_size(0, terminal)
            isRaw = cl_make_raw(0, settings) == 0
        }
        relay()
        if isRaw { _ = cl_restore_terminal(0, settings) }
        return process.wait()
    }

    private func relay() {
        let readable = Int16(POLLIN)
        var entries = [
            pollfd(fd: process.descriptor.raw, events: readable, revents: 0),
            pollfd(fd: signals.raw, events: readable, revents: 0),
            pollfd(fd: terminal, events: readable, revents: 0),
            pollfd(fd: terminal >= 0 ? 0 : -1, events: readable, revents: 0),
        ]
        while poll(&entries, 4, -1) >= 0 || errno == EINTR {
            if entries[1].revents != 0 { forwardSignals() }
            if entries[2].revents != 0, !Self.copy(from: terminal, to: 1) { entries[2].fd = -1 }
            if entries[3].revents != 0, !Self.copy(from: 0, to: terminal) { entries[3].fd = -1 }
            if entries[0].revents != 0 { break }
        }
        drainTerminal()
    }

    private func forwardSignals() {
        while true {
            let number = cl_read_signal(signals.raw)
            guard number > 0 else { return }
            switch Int32(number) {
            case SIGCHLD, SIGURG: continue
            case SIGWINCH where terminal >= 0: _ = cl_copy_terminal_size(0, terminal)
            default: try? process.signal(Int32(number))
            }
        }
    }

    /// What the program wrote last is still in the terminal when it ends.
    private func drainTerminal() {
        guard terminal >= 0 else { return }
        var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, 0) > 0, entry.revents & Int16(POLLIN) != 0, Self.copy(from: terminal, to: 1) {}
    }

    /// `false` at the end of the input.
    private static func copy(from source: Int32, to destination: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = buffer.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
        guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
        var sent = 0
        while sent < count {
            let written = buffer.withUnsafeBytes { write(destination, $0.baseAddress?.advanced(by: sent), count - sent) }
            if written < 0, errno != EINTR { return false }
            sent += max(0, written)
        }
        return true
    }
}

extension ContainerRuntime {
    /// create, start, wait and delete in one; the exit status is the program's.
    package func run(_ options: LaunchOptions) throws(RuntimeError) -> Int32 {
        if options.detaches {
            try create(options)
            try startOrDestroy(options.id)
            return 0
        }
        var main = try ContainerMain(options)
        guard options.consoleSocket == nil else { throw RuntimeError("a console socket goes with --detach only") }
        let signals = FileDescriptor(
            owning: try RuntimeError.wrap { try SystemCallError.check(cl_signal_descriptor(), "read signals") })
        var ends: [Int32] = [-1, -1]
        if main.plan.process?.terminal == true {
            let result = cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends)
            try RuntimeError.wrap { try SystemCallError.check(result, "make a socket pair") }
        }
        defer { if ends[0] >= 0 { close(ends[0]) } }
        let process = try main.create(consoleSocket: ends[1] >= 0 ? FileDescriptor(owning: ends[1]) : nil)
        let terminal = ends[0] >= 0 ? Int32(cl_receive_descriptor(ends[0])) : -1
        try startOrDestroy(options.id)
        let pid = process.pid
        let status = RunSession(process, signals: signals, terminal: terminal).attend()
        if !options.keeps { try destroy(options.id, of: pid) }
        return status
    }

    private func startOrDestroy(_ id: String) throws(RuntimeError) {
        do {
            try start(id)
        } catch {
            try? delete(id, force: true)
            throw error
        }
    }
}
