import CLinux
import Glibc
import Linux
import OCI

/// What a process of the container does between being in its namespaces and executing its program.
///
/// The first process and those of `exec` go through here alike. Whoever may not gain privileges is filtered last of all, when
/// only the execution is left to do; anyone else before the capabilities go, since loading a filter takes one then.
struct ProcessEntry: ~Copyable {
    let plan: ProcessPlan
    private let filter: SeccompProgram?
    private let isInUserNamespace: Bool
    private let label: SecurityLabel?

    /// To be made while the host's /proc is there.
    init(_ plan: ProcessPlan, filter: SeccompProgram?, isInUserNamespace: Bool) throws(RuntimeError) {
        self.plan = plan
        self.filter = filter
        self.isInUserNamespace = isInUserNamespace
        if let wanted = plan.label {
            label = try RuntimeError.wrap("process.\(wanted.module.member)") { try SecurityLabel(wanted) }
        } else {
            label = nil
        }
    }

    private var isFilteredLast: Bool { plan.process.noNewPrivileges }

    /// Sets the resource limits, for which the process must have the host's privileges.
    borrowing func limit() throws(RuntimeError) {
        for (index, limit) in plan.limits.enumerated() {
            try RuntimeError.wrap("process.rlimits[\(index)]") {
                try ResourceLimit.set(limit.resource, soft: limit.soft, hard: limit.hard, of: 0)
            }
        }
    }

    /// Becomes the user with no more rights than it shall have, in its working directory.
    borrowing func become(sendingListenerTo channel: borrowing InitChannel) throws(RuntimeError) {
        let process = plan.process
        if !process.terminal, process.user.uid != 0 { giveStreams(to: process.user.uid) }
        try RuntimeError.wrap("process.scheduler") { try plan.scheduling?.apply() }
        if let value = plan.ioPriority {
            try RuntimeError.wrap("process.ioPriority") {
                try SystemCallError.check(cl_set_io_priority(value), "set the I/O priority")
            }
        }
        if let number = plan.personality {
            try RuntimeError.wrap("linux.personality") {
                try SystemCallError.check(cl_set_personality(number), "set the execution domain")
            }
        }
        // The user may lack the right to pass a folder on the way that root had: each of them tries.
        let isThere = (try? enterDirectory()) != nil
        if !isFilteredLast { try load(channel) }
        try RuntimeError.wrap { try Credentials(plan: plan, isInUserNamespace: isInUserNamespace).apply() }
        if !isThere { try RuntimeError.wrap("process.cwd") { try enterDirectory() } }
    }

    /// Opened without magic links: a working directory below /proc/self/fd would be one of the host's.
    private borrowing func enterDirectory() throws(SystemCallError) {
        let directory = try FileDescriptor.open("/", O_PATH | O_DIRECTORY)
        let folder = try RootedPath(root: directory.raw).open(plan.process.cwd, O_PATH | O_DIRECTORY)
        try SystemCallError.checkErrno(fchdir(folder.raw), "enter \(plan.process.cwd)")
    }

    /// Pipes made by the caller belong to its user; the program must be able to open its own /dev/stdout again.
    private borrowing func giveStreams(to uid: UInt32) {
        for number in Int32(0)...2 {
            var information = stat()
            guard fstat(number, &information) == 0, information.st_uid != uid else { continue }
            if [S_IFIFO, S_IFSOCK].contains(information.st_mode & S_IFMT) { _ = fchown(number, uid, gid_t.max) }
        }
    }

    /// The program as this process now finds it.
    borrowing func program(_ activation: SocketActivation = SocketActivation()) throws(RuntimeError) -> PreparedProgram {
        let process = plan.process
        var environment = ProcessEnvironment(process.env)
        if environment["HOME", default: ""].isEmpty { environment["HOME"] = HomeDirectory.of(process.user.uid) }
        activation.announce(in: &environment)
        let path = try ExecutableSearch(path: environment["PATH"]).find(process.args[0], in: process.cwd)
        return PreparedProgram(path: path, arguments: process.args, environment: environment.entries)
    }

    /// For a process that executes no program: the last step before it goes on as the container's.
    borrowing func filterCalls(sendingListenerTo channel: borrowing InitChannel) throws(RuntimeError) {
        if isFilteredLast { try load(channel) }
    }

    /// Returns only when that fails, with the reason.
    consuming func execute(
        _ program: PreparedProgram, preserving count: UInt32, sendingListenerTo channel: borrowing InitChannel
    ) -> RuntimeError {
        do throws(RuntimeError) {
            if let wanted = plan.label {
                try RuntimeError.wrap("process.\(wanted.module.member)") { try label?.apply() }
            }
            // What came with the caller, folders of the host among it, must not go on to the program.
            try RuntimeError.wrap {
                try SystemCallError.check(cl_close_on_exec_from(3 + count), "keep the caller's descriptors here")
            }
            try program.execute { () throws(RuntimeError) in try filterCalls(sendingListenerTo: channel) }
        } catch {
            return error
        }
        return RuntimeError("exec: \"\(program.path)\": \(SystemCallError.reason(errno).lowercased())")
    }

    private borrowing func load(_ channel: borrowing InitChannel) throws(RuntimeError) {
        try RuntimeError.wrap("linux.seccomp") { try filter?.load(sendingListenerTo: channel.descriptor.raw) }
    }
}
