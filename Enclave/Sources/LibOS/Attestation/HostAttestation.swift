import EnclaveCrypto
import EnclaveRuntime
import Wire

/// Evidence that is asked for from outside, where the manifest lets the host ask: a REPORT over a hash of the asker's nonce.
///
/// What is asked never chooses REPORTDATA: the host could have the enclave vouch for a key of its own.
enum HostAttestation {
    private static let longestNonce = 1024
    private static let targetLength = 512

    static var isAllowed: Bool { kernel.configuration.attestFromHost }

    /// `idle`: on the scheduler's own stack.
    static func answer(idle: Bool) {
        let length = Host.plainCall(.takeAttestation, 0, idle: idle)
        guard length >= Int64(targetLength), length <= Int64(targetLength + longestNonce) else { return }
        let area = HostCallArea()
        var message = LogText("inclavare host attest v1\0").bytes
        for byte in area.read(count: Int(length) - targetLength, at: targetLength) { message.append(byte) }
        let target = area.read(count: targetLength)
        let report = Attestation.report(targetInfo: target, reportData: SHA512.hash(message)) ?? []
        _ = Host.plainCall(.giveAttestation, UInt64(report.count), idle: idle) { $0.write(report) }
    }
}
