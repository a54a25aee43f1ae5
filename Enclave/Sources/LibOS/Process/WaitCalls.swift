/// wait4 and waitid: there are no children, which is said after everything that is wrong with the arguments.
enum WaitCalls {
    private static let noHang: UInt32 = 1
    /// WUNTRACED for wait4, WSTOPPED for waitid.
    private static let stopped: UInt32 = 2
    private static let exited: UInt32 = 4
    private static let continued: UInt32 = 8
    private static let keeps: UInt32 = 0x0100_0000
    /// __WNOTHREAD, __WALL and __WCLONE.
    private static let kinds: UInt32 = 0xe000_0000

    static func wait(_ call: CallArguments) throws(Errno) -> Int64 {
        let options = UInt32(truncatingIfNeeded: call.a2)
        guard options & ~(noHang | stopped | continued | kinds) == 0 else { throw .EINVAL }
        // The lowest number is no group's: it has no negative.
        guard Int32(truncatingIfNeeded: call.a0) != Int32.min else { throw .ESRCH }
        throw .ECHILD
    }

    /// `struct siginfo` is cleared whatever the outcome, as Linux does.
    static func waitForInformation(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let error = refusal(call, thread)
        if call.a2 != 0 {
            // Signal, error, code; process, user, status.
            for offset in [UInt64(0), 4, 8, 12, 16, 20] { try userStore(UInt32(0), to: call.a2 &+ offset) }
        }
        throw error
    }

    private static func refusal(_ call: CallArguments, _ thread: Thread) -> Errno {
        let options = UInt32(truncatingIfNeeded: call.a3)
        let waits = stopped | exited | continued
        guard options & ~(noHang | waits | keeps | kinds) == 0, options & waits != 0 else { return .EINVAL }
        let number = Int32(truncatingIfNeeded: call.a1)
        switch UInt32(truncatingIfNeeded: call.a0) {
        // P_ALL, P_PID, P_PGID and P_PIDFD.
        case 0: return .ECHILD
        case 1: return number > 0 ? .ECHILD : .EINVAL
        case 2: return number >= 0 ? .ECHILD : .EINVAL
        case 3:
            guard number >= 0 else { return .EINVAL }
            do throws(Errno) {
                return try thread.process.descriptors.get(number) is ProcessFile ? .ECHILD : .EBADF
            } catch { return error }
        default: return .EINVAL
        }
    }
}
