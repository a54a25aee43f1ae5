import Glibc
import Linux
import OCI

extension Container {
    /// Hands a signal to the program in the enclave; `false`: the process is to have it.
    ///
    /// What ends or stops a process from outside is the kernel's business. A container that does not run yet, or whose host half is busy
    /// beyond measure, gets its signals as every other.
    func signalThroughDoorway(_ signal: Int32, _ log: RuntimeLog) throws(RuntimeError) -> Bool {
        guard record.enclave != nil, status == .running, ![0, SIGKILL, SIGSTOP, SIGCONT].contains(signal) else { return false }
        do throws(RuntimeError) {
            var door = try DoorwayClient(directory)
            guard case .signalled(let isTaken) = try door.ask(.kill(signal)) else { return false }
            if !isTaken, !Self.endsEveryEnclave.contains(signal) {
                log.warning(
                    "signal \(signal) does not reach the program: its enclave takes no such signal of the host")
            }
            return isTaken
        } catch {
            log.debug("\(error)")
            return false
        }
    }

    /// With these the host half ends where the program does not take them.
    private static let endsEveryEnclave = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
}
