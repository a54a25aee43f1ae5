import EnclaveHost
import Glibc
import Wire

/// The doorway of a container whose program the LibOS runs.
struct LibOSKeeper: DoorwayKeeper {
    let enclave: LoadedEnclave

    func attest(targetInfo: [UInt8], nonce: [UInt8]) -> DoorwayMessage? {
        guard enclave.attestsFromHost else {
            return .refused(
                "the manifest does not let the host ask for evidence: build the enclave with attest_from_host = true, or let the program "
                    + "attest itself")
        }
        guard targetInfo.count == LoadedEnclave.targetInfoLength, !nonce.isEmpty, nonce.count <= LoadedEnclave.longestNonce else {
            return .refused("a question has a TARGETINFO of 512 bytes and a nonce of 1 to 1024")
        }
        return enclave.askReport(targetInfo: targetInfo, nonce: nonce) ? nil : .refused("another question is under way")
    }

    func answer() -> DoorwayMessage? {
        guard let report = enclave.takeReport() else { return nil }
        guard !report.isEmpty else { return .refused("the enclave makes no report for this target") }
        return .report(report, isSimulated: enclave.isSimulated)
    }

    func forget() { enclave.forgetQuestion() }

    /// To this process: what the manifest lists is taken by the thread that waits for it.
    func kill(_ signal: Int32) -> DoorwayMessage {
        guard signal > 0, signal <= 64, enclave.hostSignals & 1 << UInt64(signal - 1) != 0 else { return .signalled(false) }
        return .signalled(Glibc.kill(getpid(), signal) == 0)
    }
}
