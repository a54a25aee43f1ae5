import Glibc

extension Descriptor {
    /// The names in this directory but "." and "..", sorted by their bytes.
    func names() throws(SystemError) -> [[UInt8]] {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError() }
        guard let stream = fdopendir(copy) else {
            let error = SystemError()
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [46] && name != [46, 46] { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw SystemError() }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func status(of name: [UInt8]) throws(SystemError) -> stat {
        var status = stat()
        let result = withCString(name) { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { throw SystemError() }
        return status
    }

    func linkTarget(of name: [UInt8]) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = withCString(name) { readlinkat(number, $0, &buffer, buffer.count) }
        guard count >= 0 else { throw SystemError() }
        guard count <= 4096 else { throw SystemError(ENAMETOOLONG) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }
}
