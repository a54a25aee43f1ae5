import Glibc

extension SigningKey {
    public init(path: String) throws(BuildError) {
        let bytes = try HostFile.read(path, what: "the key", limit: 1 << 16)
        try self.init(pem: String(decoding: bytes, as: UTF8.self), name: path)
    }

    /// Writes the key readable by its owner alone; a file that is there stays as it is.
    public func write(to path: String) throws(BuildError) {
        do throws(SystemError) { try HostFile.create(path, Array(pem.utf8) + [10], mode: 0o600) } catch {
            let remedy = error.number == EEXIST ? "choose another name, keys are never overwritten" : "check the folder"
            throw BuildError("cannot write the key \(path)", why: error.reason, remedy: remedy)
        }
    }
}
