import CSeccomp

/// What happens to a system call that a filter's rule matches, by its name in OCI configurations.
enum SeccompAction: String, CaseIterable {
    case kill = "SCMP_ACT_KILL"
    case killProcess = "SCMP_ACT_KILL_PROCESS"
    case killThread = "SCMP_ACT_KILL_THREAD"
    case trap = "SCMP_ACT_TRAP"
    case errno = "SCMP_ACT_ERRNO"
    case trace = "SCMP_ACT_TRACE"
    case allow = "SCMP_ACT_ALLOW"
    case log = "SCMP_ACT_LOG"
    case notify = "SCMP_ACT_NOTIFY"

    var takesNumber: Bool { self == .errno || self == .trace }

    /// A call that is newer than the profile need not be told from others: it is let through, or a tracer decides.
    var letsThrough: Bool { self == .allow || self == .log || self == .trace }

    /// As libseccomp and the kernel encode it; `number` is EPERM where nothing else was asked for.
    func code(_ number: UInt32?) -> UInt32 {
        let data = (number ?? 1) & 0xffff
        return switch self {
        case .kill, .killThread: SCMP_ACT_KILL_THREAD
        case .killProcess: SCMP_ACT_KILL_PROCESS
        case .trap: SCMP_ACT_TRAP
        case .errno: 0x0005_0000 | data
        case .trace: 0x7ff0_0000 | data
        case .allow: SCMP_ACT_ALLOW
        case .log: SCMP_ACT_LOG
        case .notify: SCMP_ACT_NOTIFY
        }
    }
}
