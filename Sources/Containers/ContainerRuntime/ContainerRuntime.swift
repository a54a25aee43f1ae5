import CLinux
import Glibc
import Linux
import OCI

/// The lifecycle of containers as the command line offers it: create, start, state, kill, delete, list.
package struct ContainerRuntime: Sendable {
    package let root: String
    package let log: RuntimeLog

    package init(root: String, log: RuntimeLog) {
        self.root = root
        self.log = log
    }

    package func create(_ options: LaunchOptions) throws(RuntimeError) {
        var main = try ContainerMain(options)
        let wantsTerminal = main.plan.process?.terminal == true
        let console: FileDescriptor?
        if let path = options.consoleSocket {
            guard wantsTerminal else { throw RuntimeError("cannot use a console socket: process.terminal is false") }
            let result = cl_unix_connect(Int32(SOCK_STREAM.rawValue), path)
            console = FileDescriptor(
                owning: try RuntimeError.wrap { try SystemCallError.check(result, "connect to the console socket \(path)") })
        } else {
            guard !wantsTerminal else {
                throw RuntimeError("cannot allocate a terminal without a console socket: give --console-socket")
            }
            console = nil
        }
        _ = try main.create(consoleSocket: console)
    }

    package func start(_ id: String) throws(RuntimeError) {
        let container = try Container(StateDirectory(root: root, id: id))
        try start(container)
    }

    func start(_ container: Container) throws(RuntimeError) {
        switch container.status {
        case .created: break
        case .stopped: throw .alreadyStopped
        case .creating: throw RuntimeError("cannot start a container that is being created")
        case .paused where container.directory.awaitsStart: throw RuntimeError("cannot start a paused container: resume it")
        default: throw .alreadyRunning
        }
        try container.release()
        let hooks = try RuntimeError.wrap { try container.record.parsedHooks() }.poststart
        do throws(RuntimeError) {
            try HookRunner(kind: "poststart", state: container.record.state(.running)).run(hooks)
        } catch {
            try? container.signal(SIGKILL)
            throw error
        }
    }

    package func state(_ id: String) throws(RuntimeError) -> State {
        let container = try Container(StateDirectory(root: root, id: id))
        return container.record.state(container.status)
    }

    package func kill(_ id: String, signal: Int32, all: Bool) throws(RuntimeError) {
        let container = try Container(StateDirectory(root: root, id: id))
        guard container.status != .creating else { throw .notRunning }
        if all {
            if container.status != .stopped, container.record.hasOwnPIDNamespace, signal == SIGKILL {
                return try container.signal(signal)
            }
            if !container.record.cgroups.folders.isEmpty { return container.record.cgroups.signal(signal) }
            if container.status != .stopped { try container.signal(signal) }
            return
        }
        guard container.status != .stopped else { throw .notRunning }
        if try container.signalThroughDoorway(signal, log) { return }
        try container.signal(signal)
    }

    package func delete(_ id: String, force: Bool) throws(RuntimeError) {
        let directory = try StateDirectory(root: root, id: id)
        let lock: FileDescriptor
        do throws(RuntimeError) {
            lock = try directory.lock()
        } catch {
            guard force, error == .doesNotExist else { throw error }
            return
        }
        let container: Container
        do throws(RuntimeError) {
            container = try Container(directory)
        } catch {
            guard force else { throw error }
            // A create that was killed half way leaves a folder without a record.
            return directory.remove()
        }
        let status = container.status
        guard force || status == .stopped || status == .created else {
            throw RuntimeError("cannot delete container \(id) that is not stopped: \(status.rawValue)")
        }
        guard let ended = try Self.ended(container) else { return }
        destroy(ended, lock)
    }

    /// A container that is being made may be made just now: then it is another process that has to end.
    ///
    /// `nil`: whoever made it has given up and taken it away.
    private static func ended(_ container: Container) throws(RuntimeError) -> Container? {
        var container = container
        while container.status != .stopped {
            try container.end()
            guard container.record.isBeingMade else { return container }
            guard let next = try? Container(container.directory) else { return nil }
            container = next
        }
        return container
    }

    /// For whoever made the container and waited for its end: somebody else may have deleted it, and made another of its name.
    func destroy(_ id: String, of pid: Int32) throws(RuntimeError) {
        let directory = try StateDirectory(root: root, id: id)
        do throws(RuntimeError) {
            let lock = try directory.lock()
            let container = try Container(directory)
            if container.record.pid == pid { destroy(container, lock) }
        } catch {
            guard error == .doesNotExist else { throw error }
        }
    }

    /// The hooks after all is gone (runtime-spec, runtime.md, lifecycle), and without the lock, since they may run `rune`.
    private func destroy(_ container: Container, _ lock: consuming FileDescriptor) {
        for path in CgroupRemoval.remove(container.record.cgroups) {
            log.warning("the cgroup \(path) stays: something in it does not end")
        }
        container.directory.remove()
        _ = consume lock
        let hooks = (try? container.record.parsedHooks().poststop) ?? []
        HookRunner(kind: "poststop", state: container.record.state(.stopped)).runAll(hooks) { log.warning($0) }
    }

    package func list() -> [State] {
        guard let stream = opendir(root) else { return [] }
        defer { closedir(stream) }
        var states: [State] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != "..", let state = try? state(name) { states.append(state) }
        }
        return states.sorted { $0.id < $1.id }
    }
}
