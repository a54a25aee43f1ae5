import CLinux
import EnclaveCrypto
import Glibc
import Linux
import SGX

/// The secret that makes this machine's software processor unlike every other: 32 random bytes in a file of mode 0600, made once.
///
/// Place: `<state>/softsgx/root.key`, where `<state>` is the parameter, else `INCLAVARE_STATE`, else `/var/lib/inclavare`.
package struct MachineRootKey: ~Copyable {
    package static let byteCount = 32
    package static let defaultState = "/var/lib/inclavare"

    /// Shared with nobody, so that the end of the value is the end of the secret.
    private let storage: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        storage = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            count = buffer.initialize(fromContentsOf: bytes)
        }
    }

    deinit { storage.withUnsafeBytes { ConstantTime.erase(UnsafeMutableRawBufferPointer(mutating: $0)) } }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes(body)
    }

    /// A copy of its own, which outlives the key: whoever takes it erases it.
    package var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// Loads the key, making it and its directory (0700) the first time.
    package static func load(state: String? = nil) throws(SoftSGXError) -> MachineRootKey {
        let directory = stateDirectory(state) + "/softsgx"
        let path = directory + "/root.key"
        if let key = try read(path) { return key }
        try makeDirectory(directory)
        try create(path)
        guard let key = try read(path) else { throw .rootKey("\(path) vanished while it was made; try again") }
        return key
    }

    package static func stateDirectory(_ state: String?) -> String {
        if let state { return state }
        if let named = getenv("INCLAVARE_STATE") { return String(cString: named) }
        return defaultState
    }

    private static func read(_ path: String) throws(SoftSGXError) -> MachineRootKey? {
        do throws(SystemCallError) {
            let file = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW)
            var status = stat()
            try SystemCallError.checkErrno(fstat(file.raw, &status), "examine \(path)")
            guard status.st_mode & 0o077 == 0 else {
                return try refuse("\(path) may be read by others; make a new key, or: chmod 600 \(path)")
            }
            guard status.st_uid == geteuid() || status.st_uid == 0 else {
                return try refuse("\(path) belongs to user \(status.st_uid); chown it to the user that runs enclaves")
            }
            var bytes = try BoundedFile.read(file, path, limit: byteCount)
            defer { ConstantTime.erase(&bytes) }
            guard let key = MachineRootKey(bytes) else {
                return try refuse("\(path) does not have \(byteCount) bytes; restore it, or remove it and lose what it sealed")
            }
            return key
        } catch {
            if error.code == ENOENT { return nil }
            if error.code == refusal { throw .rootKey(error.action) }
            throw failed(error)
        }
    }

    /// Whoever lacks rights learns what else there is.
    private static func failed(_ error: SystemCallError) -> SoftSGXError {
        guard error.code == EACCES || error.code == EPERM else { return .system(error) }
        return .rootKey("\(error): run as root, or name a folder of your own in INCLAVARE_STATE")
    }

    private static let refusal = Int32.max

    private static func refuse(_ reason: String) throws(SystemCallError) -> MachineRootKey? {
        throw SystemCallError(refusal, reason)
    }

    private static func makeDirectory(_ path: String) throws(SoftSGXError) {
        var made = ""
        for component in path.split(separator: "/") {
            made += "/" + component
            guard mkdir(made, 0o700) < 0, errno != EEXIST else { continue }
            throw failed(SystemCallError(errno, "make the directory \(made)"))
        }
    }

    /// A finished file appears under the name or none: of two that race, the first wins and both read the same key.
    private static func create(_ path: String) throws(SoftSGXError) {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let temporary = "\(path).\(cl_thread_id())"
        do throws(SystemCallError) {
            try SystemCallError.check(cl_random(&bytes, byteCount), "get random bytes")
            let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            defer { unlink(temporary) }
            let written = write(file.raw, bytes, byteCount)
            guard written == byteCount, fsync(file.raw) == 0 else {
                throw SystemCallError(written < 0 || written == byteCount ? errno : ENOSPC, "write \(temporary)")
            }
            if link(temporary, path) < 0, errno != EEXIST { throw SystemCallError(errno, "make \(path)") }
        } catch {
            throw failed(error)
        }
        ConstantTime.erase(&bytes)
    }
}
