import Wire

/// What is asked of an enclave from outside while its program runs.
extension LoadedEnclave {
    package static let targetInfoLength = 512
    package static let longestNonce = 1024

    /// Whether the manifest lets the host ask for evidence.
    package var attestsFromHost: Bool { configuration.attestFromHost }

    /// Signals the manifest lets through to the program; signal n is bit n - 1.
    package var hostSignals: UInt64 { configuration.hostSignals }

    /// Asks for a REPORT for `targetInfo` over a hash of `nonce`; `false` while another question is under way, or before the program runs.
    package func askReport(targetInfo: [UInt8], nonce: [UInt8]) -> Bool {
        guard targetInfo.count == Self.targetInfoLength, nonce.count <= Self.longestNonce, let server = hostCallServer,
            server.attestation.ask(targetInfo: targetInfo, nonce: nonce)
        else { return false }
        announce(server)
        return true
    }

    /// The answer, of no bytes where the enclave refuses; `nil`: not yet.
    ///
    /// The enclave is told again meanwhile: an interruption that finds it in its kernel is lost.
    package func takeReport() -> [UInt8]? {
        guard let server = hostCallServer else { return nil }
        if let report = server.attestation.takeAnswer() { return report }
        if server.attestation.isWaiting { announce(server) }
        return nil
    }

    package func forgetQuestion() { hostCallServer?.attestation.forget() }

    private func announce(_ server: HostCallServer) {
        guard !server.stop.isSet else { return }
        server.vcpus.wakeAll()
        server.vcpus.interruptAll(with: Self.endSignal)
    }
}
