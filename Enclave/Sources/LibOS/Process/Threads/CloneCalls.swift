import CEnclave

/// Threads begin here; processes will.
enum CloneCalls {
    private static let mostThreads = 32768

    static func clone(_ request: CloneRequest, _ thread: Thread) throws(Errno) -> Int64 {
        try request.check()
        guard request.flags & CloneRequest.thread != 0 else {
            kernel.noteUnsupported("fork, vfork and clone of a process are not there yet")
            throw .ENOSYS
        }
        try refuseUnshared(request)
        let process = thread.process
        try checkLimit(process)
        let child = try makeThread(request, thread)
        // As under Linux a number that cannot be stored is the program's loss, not an error.
        if request.flags & CloneRequest.setParentTID != 0 { store(child.id, at: request.parentTID) }
        if request.flags & CloneRequest.setChildTID != 0 { store(child.id, at: request.childTID) }
        process.threads.append(child)
        Scheduler.start(child)
        return Int64(child.id)
    }

    /// Threads share descriptors, working directory and everything that namespaces would divide.
    private static func refuseUnshared(_ request: CloneRequest) throws(Errno) {
        let shared = CloneRequest.fileSystem | CloneRequest.files
        if request.flags & CloneRequest.namespaces != 0 { throw .EPERM }
        guard request.flags & shared == shared else {
            kernel.noteUnsupported("a thread with descriptors or a working directory of its own is not there")
            throw .ENOSYS
        }
    }

    private static func checkLimit(_ process: Process) throws(Errno) {
        guard process.threads.count < mostThreads else { throw .EAGAIN }
        let isRoot = process.uid == 0
        guard isRoot || UInt64(process.threads.count) < process.limits[ResourceLimits.processes].soft else { throw .EAGAIN }
    }

    private static func makeThread(_ request: CloneRequest, _ thread: Thread) throws(Errno) -> Thread {
        guard let frame = thread.frame else { throw .EINVAL }
        if request.flags & CloneRequest.setTLS != 0, request.tls >= 1 << 47 { throw .EPERM }
        let id = try number(request)
        guard let child = Thread(id: id, process: thread.process, name: thread.name) else { throw .EAGAIN }
        child.startFrame = frame.pointee
        child.startFrame.rax = 0
        if request.stackTop != 0 { child.startFrame.rsp = request.stackTop }
        child.startFrame.restore_all = 1
        child.fsBase = request.flags & CloneRequest.setTLS != 0 ? request.tls : fs_base_read()
        child.signals.mask = thread.signals.mask
        child.scheduling = thread.scheduling.inherited
        child.attributes = thread.attributes
        extended_state_save(child.extendedState)
        if request.flags & CloneRequest.clearChildTID != 0 { child.clearChildTID = request.childTID }
        return child
    }

    private static func number(_ request: CloneRequest) throws(Errno) -> Int32 {
        guard let wanted = request.wantedID else { return kernel.nextID() }
        guard wanted >= 1, wanted <= Kernel.highestID else { throw .EINVAL }
        guard kernel.thread(wanted) == nil else { throw .EEXIST }
        return wanted
    }

    private static func store(_ number: Int32, at address: UInt64) {
        do throws(Errno) { try userStore(number, to: address) } catch {}
    }
}
