/// Makes changes of encrypted volumes durable some seconds after they were made, as Linux does, whatever the program is doing then.
///
/// A thread of the kernel that sleeps until a volume is changed, and then until its changes are old enough.
enum WriteBack {
    /// Nanoseconds that a change may wait.
    private static let delay: UInt64 = 5_000_000_000

    nonisolated(unsafe) private static var systems: [EncryptedFileSystem] = []
    nonisolated(unsafe) private static let queue = WaitQueue()
    nonisolated(unsafe) private static var thread: Thread?

    static func watch(_ system: EncryptedFileSystem) { systems.append(system) }

    /// A volume has a change that is not durable, and had none before.
    static func noteChange() {
        if thread == nil { start() } else { queue.wakeAll() }
    }

    /// The thread belongs to no program; a process is named because every thread has one.
    private static func start() {
        guard let process = currentThreadIfAny()?.process,
            let made = Thread(id: 0, process: process, name: Bytes(text: "write-back"))
        else { return }
        made.work = run
        thread = made
        Scheduler.start(made)
    }

    private static func run() -> Never {
        while true {
            wait()
            let now = Clock.monotonic()
            for system in systems {
                guard let since = system.changedSince, now >= since &+ delay else { continue }
                system.writeBack()
            }
        }
    }

    /// Until something is changed or a change is old enough; the end of the process it was started in ends neither wait.
    private static func wait() {
        guard let deadline else { return waitUninterrupted(on: queue) }
        let now = Clock.monotonic()
        if deadline > now { waitUninterrupted(on: queue, for: deadline - now) }
    }

    private static var deadline: UInt64? {
        var nearest: UInt64?
        for system in systems {
            guard let since = system.changedSince else { continue }
            nearest = min(nearest ?? .max, since &+ delay)
        }
        return nearest
    }
}
