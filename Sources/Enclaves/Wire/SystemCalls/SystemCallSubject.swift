/// What a system call is about; tracing and the reference group calls by it.
public enum SystemCallSubject: UInt8, CaseIterable, Sendable {
    case data, paths, attributes, descriptors, waiting, sockets, memory, threads, signals, time, identity, information,
        administration

    public var title: StaticString {
        switch self {
        case .data: return "Reading and writing"
        case .paths: return "Paths and directories"
        case .attributes: return "Attributes of files"
        case .descriptors: return "Descriptors"
        case .waiting: return "Waiting for files"
        case .sockets: return "Sockets"
        case .memory: return "Memory"
        case .threads: return "Processes and threads"
        case .signals: return "Signals"
        case .time: return "Clocks and timers"
        case .identity: return "Users, groups and sessions"
        case .information: return "System and limits"
        case .administration: return "Administration of a machine, and what Linux itself no longer has"
        }
    }

    /// The rows of the subject, ascending by number.
    public var calls: [SystemCall] {
        switch self {
        case .data: return SystemCall.data
        case .paths: return SystemCall.paths
        case .attributes: return SystemCall.attributes
        case .descriptors: return SystemCall.descriptors
        case .waiting: return SystemCall.waiting
        case .sockets: return SystemCall.sockets
        case .memory: return SystemCall.memory
        case .threads: return SystemCall.threads
        case .signals: return SystemCall.signals
        case .time: return SystemCall.time
        case .identity: return SystemCall.identity
        case .information: return SystemCall.information
        case .administration: return SystemCall.administration
        }
    }

    /// The row of a number, with its subject.
    public static func find(_ number: UInt64) -> (subject: SystemCallSubject, call: SystemCall)? {
        for subject in allCases {
            for call in subject.calls where UInt64(call.number) == number { return (subject, call) }
        }
        return nil
    }
}

extension SystemCall {
    /// The row of a number; the numbers Linux leaves out (335 to 423) and those after the last have none.
    public static func numbered(_ number: UInt64) -> SystemCall? { SystemCallSubject.find(number)?.call }
}
