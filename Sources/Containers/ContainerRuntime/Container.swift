import CLinux
import Glibc
import Linux
import OCI

/// A recorded container and what its process is doing now.
struct Container {
    let directory: StateDirectory
    let record: StateRecord
    let status: State.Status

    init(_ directory: StateDirectory) throws(RuntimeError) {
        self.directory = directory
        record = try directory.load()
        status = Self.status(directory, record)
    }

    private static func status(_ directory: StateDirectory, _ record: StateRecord) -> State.Status {
        guard let process = ProcessStatus(pid: record.pid), process.isAlive, process.startTime == record.startTime else {
            return .stopped
        }
        if record.isBeingMade { return .creating }
        if CgroupFreezer(record.cgroups)?.isFrozen == true { return .paused }
        return directory.awaitsStart ? .created : .running
    }

    /// Opens the process, then makes sure that it is still the recorded one.
    func process() throws(RuntimeError) -> ProcessDescriptor {
        guard let process = try? ProcessDescriptor(pid: record.pid),
            ProcessStatus(pid: record.pid)?.startTime == record.startTime
        else { throw .notRunning }
        return process
    }

    func signal(_ number: Int32) throws(RuntimeError) {
        let process = try process()
        do throws(SystemCallError) {
            try process.signal(number)
        } catch {
            throw error.code == ESRCH ? .notRunning : RuntimeError("\(error)")
        }
        // A frozen process is killed when it thaws.
        if number == SIGKILL, status == .paused { try? CgroupFreezer(record.cgroups)?.thaw() }
    }

    /// The container's processes; of one without cgroups only the first is known.
    func processes() -> [Int32] {
        let found = record.cgroups.processes()
        return found.isEmpty && status != .stopped && !record.isBeingMade ? [record.pid] : found
    }

    /// Lets the waiting first process go on; returns when it has become the program.
    func release() throws(RuntimeError) {
        let connection = try proceed()
        // The socket is closed by exec itself: an end without a message is success.
        while let message = connection.receive() {
            switch message {
            case .failed(let reason): throw RuntimeError(reason)
            case .listener(let descriptor): try handOn(FileDescriptor(owning: descriptor))
            default: break
            }
        }
    }

    /// Of several that start it at once the first process hears one, and the others that it is running.
    private func proceed() throws(RuntimeError) -> InitChannel {
        let lock = try directory.lock()
        let connection = InitChannel(owning: try connect().release())
        unlink(directory.socketPath)
        guard connection.send(.proceed) else { throw .alreadyStopped }
        _ = consume lock
        return connection
    }

    /// The program that answers the filter's questions is outside, where the container's process cannot reach it.
    private func handOn(_ listener: consuming FileDescriptor) throws(RuntimeError) {
        guard let wanted = try ProcessRecord.load(from: directory).filter?.listener else { return }
        try wanted.hand(listener, of: record.pid, record.state(.running))
    }

    private func connect() throws(RuntimeError) -> FileDescriptor {
        let folder = try RuntimeError.wrap { try FileDescriptor.open(directory.path, O_PATH | O_DIRECTORY) }
        let result = cl_unix_connect(Int32(SOCK_SEQPACKET.rawValue), "/proc/self/fd/\(folder.raw)/start.sock")
        guard result >= 0 else {
            if -result == Int(ENOENT) { throw .alreadyRunning }
            throw .alreadyStopped
        }
        return FileDescriptor(owning: Int32(result))
    }

    /// Kills the container and waits until its first process has ended; of one that is being made, whoever makes it.
    func end() throws(RuntimeError) {
        guard let process = try? process() else { return }
        if !record.hasOwnPIDNamespace { record.cgroups.signal(SIGKILL) }
        try? process.signal(SIGKILL)
        if status == .paused { try? CgroupFreezer(record.cgroups)?.thaw() }
        guard process.ended(within: 10_000) else {
            throw RuntimeError("the container's process \(record.pid) did not end within 10 s of SIGKILL")
        }
        // A child of this very process is a zombie until it is waited for.
        var status: Int32 = 0
        waitpid(record.pid, &status, WNOHANG)
    }
}
