/// SIGURG for the owner of a socket (`F_SETOWN`) that urgent data come to.
extension HostSocket {
    /// Once for what is received after it: the host tells of the same byte again with everything that follows it.
    func tellOwner() {
        guard owner != 0, !ownerKnowsOfUrgentData else { return }
        ownerKnowsOfUrgentData = true
        let signal = SignalInformation(signal: Signal.urgent, code: SignalInformation.kernel)
        for process in kernel.processList where owner == process.id || owner == -process.session { process.raise(signal) }
    }
}
