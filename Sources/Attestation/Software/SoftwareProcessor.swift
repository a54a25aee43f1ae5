import CLinux
import Glibc
import SGX

/// The secret of this machine's software CPU and the versions it reports: what the quoting enclave shares with the enclaves it serves.
///
/// The root key is `<state>/softsgx/root.key`, 32 random bytes, mode 0600, made once by whoever of the software SGX comes first.
public struct SoftwareProcessor: Sendable {
    let rootKey: [UInt8]
    let derivation: KeyDerivation

    public init(stateDirectory: String) throws(SoftwareStateError) {
        let base = "\(stateDirectory)/softsgx"
        if !PrivateDirectory.exists(stateDirectory) { try PrivateDirectory.make(stateDirectory, mode: 0o755) }
        if !PrivateDirectory.exists(base) { try PrivateDirectory.make(base, mode: 0o700) }
        let directory = try PrivateDirectory(opening: base)
        if try directory.read("root.key") == nil {
            var fresh = [UInt8](repeating: 0, count: KeyDerivation.rootKeyByteCount)
            guard cl_random(&fresh, fresh.count) == fresh.count else { throw .cryptography("draw a root key") }
            try directory.writeOnce("root.key", fresh)
        }
        let key = try directory.read("root.key") ?? []
        guard let derivation = KeyDerivation(rootKey: key) else {
            throw .damaged(
                path: directory.file("root.key"), why: "it has \(key.count) bytes, not \(KeyDerivation.rootKeyByteCount)")
        }
        rootKey = key
        self.derivation = derivation
    }
}
