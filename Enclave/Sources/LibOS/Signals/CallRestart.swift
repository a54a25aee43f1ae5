import CEnclave

/// What becomes of a system call that a signal interrupted.
enum CallRestart {
    /// EINTR, whatever happens.
    case never
    /// EINTR after a handler; made again when no handler ran.
    case withoutHandler
    /// Made again after a handler with SA_RESTART, too.
    case byAction

    /// Made again after any handler.
    case always

    /// `nil` where the frame is not that of an interrupted call.
    static func of(_ frame: trap_frame, _ thread: Thread) -> CallRestart? {
        guard frame.original_rax != UInt64.max, Int64(bitPattern: frame.rax) == -Int64(Errno.EINTR.code) else { return nil }
        switch thread.restart {
        case .always: return .always
        case .never: return .withoutHandler
        case .byAction: return of(call: frame.original_rax)
        }
    }

    private static func of(call number: UInt64) -> CallRestart {
        switch number {
        // epoll_wait and its kin, rt_sigtimedwait, semop, semtimedop, io_getevents, restart_syscall.
        case 232, 281, 441, 128, 65, 220, 208, 219: .never
        // poll, select, pause, the sleeps, rt_sigsuspend.
        case 7, 23, 270, 271, 34, 35, 230, 130: .withoutHandler
        default: .byAction
        }
    }

    func isMadeAgain(after action: SignalAction) -> Bool {
        switch self {
        case .never, .withoutHandler: false
        case .byAction: action.flags & SignalAction.restart != 0
        case .always: true
        }
    }
}
