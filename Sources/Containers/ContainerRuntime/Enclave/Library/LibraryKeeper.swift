import EnclaveHost
import Glibc
import Wire

/// The doorway of a container whose enclave runtime is a library.
///
/// The PAL API has reports for another enclave and no place for report data: what is asked with can be no key of the asker's, and no nonce.
struct LibraryKeeper: DoorwayKeeper {
    let library: any EnclaveLibrary
    let allowsReports: Bool

    func attest(targetInfo: [UInt8], nonce: [UInt8]) -> DoorwayMessage? {
        guard allowsReports else {
            return .refused(
                "the administrator does not let the host ask this runtime: set attest_from_host in its part of the configuration")
        }
        guard nonce.isEmpty else { return .refused("a library of the PAL API binds no nonce to its reports: ask without one") }
        guard targetInfo.count == LoadedEnclave.targetInfoLength else { return .refused("a TARGETINFO has 512 bytes") }
        do throws(RuntimeError) {
            return .report(try library.localReport(targetInfo: targetInfo), isSimulated: false)
        } catch {
            return .refused("\(error)")
        }
    }

    func answer() -> DoorwayMessage? { nil }
    func forget() {}

    /// To this process, whose thread hands it on.
    func kill(_ signal: Int32) -> DoorwayMessage {
        guard library.version > 1, signal > 0, signal <= 64, LibraryInit.relayed & 1 << UInt64(signal - 1) != 0 else {
            return .signalled(false)
        }
        return .signalled(Glibc.kill(getpid(), signal) == 0)
    }
}
