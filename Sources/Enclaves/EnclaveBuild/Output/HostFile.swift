import Glibc

/// Whole files of the machine the tool runs on, named by whoever called it.
enum HostFile {
    /// - Parameter what: what the file is to the caller, for errors: "the manifest".
    static func read(_ path: String, what: String, limit: Int) throws(BuildError) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw unreadable(path, what, SystemError()) }
        let file = Descriptor(owning: number)
        do throws(SystemError) {
            let size = Int(try file.status().st_size)
            guard size <= limit else { throw SystemError(EFBIG) }
            let bytes = size == 0 ? [] : try file.bytes(0, size, size)
            guard bytes.count == size else { throw SystemError(EIO) }
            return bytes
        } catch { throw unreadable(path, what, error) }
    }

    /// Writes a new file and forces it to the disk; `mode` is not weakened by the umask being open.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemError() }
        let file = Descriptor(owning: number)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError() }
            done += count
        }
        guard fsync(file.number) == 0 else { throw SystemError() }
    }

    static func isFile(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func unreadable(_ path: String, _ what: String, _ error: SystemError) -> BuildError {
        BuildError("cannot read \(what) \(path)", why: error.reason, remedy: "check the path and its permissions")
    }
}
