import CLinux
import Glibc
import Linux

/// A directory that only its owner reaches, and the files in it: keys of the software SGX live here.
///
/// A file or directory that others could have read or written is refused, not mended: what lay in it may be known by now.
struct PrivateDirectory {
    let path: String

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the directory and those above it; existing ones are left as they are.
    static func make(_ path: String, mode: mode_t) throws(SoftwareStateError) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            let parent = String(path[..<slash])
            if !exists(parent) { try make(parent, mode: mode) }
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw .system(operation: "make directory", path: path, code: errno)
        }
    }

    init(opening path: String) throws(SoftwareStateError) {
        self.path = path
        var facts = cl_file_facts()
        let result = cl_examine_path(path, &facts)
        guard result == 0 else { throw .system(operation: "open", path: path, code: Int32(-result)) }
        guard facts.mode & S_IFMT == S_IFDIR else { throw .damaged(path: path, why: "it is not a directory") }
        try Self.check(facts, path)
    }

    /// Fills a fresh directory beside `path` and puts it in place in one step; when another process was first, its one stays.
    static func makeOnce(
        _ path: String, fill: (PrivateDirectory) throws(SoftwareStateError) -> Void
    ) throws(SoftwareStateError) {
        var template = Array("\(path).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(operation: "make directory", path: path, code: errno) }
        let temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let directory = try PrivateDirectory(opening: temporary)
        do {
            try fill(directory)
        } catch {
            directory.remove()
            throw error
        }
        if rename(temporary, path) != 0 {
            let code = errno
            directory.remove()
            guard code == ENOTEMPTY || code == EEXIST else { throw .system(operation: "make", path: path, code: code) }
        }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The bytes of a file, or nil when there is none.
    func read(_ name: String, limit: Int = 1 << 20) throws(SoftwareStateError) -> [UInt8]? {
        let descriptor = open(file(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw .system(operation: "open", path: file(name), code: errno) }
        defer { close(descriptor) }
        var facts = cl_file_facts()
        guard cl_examine(descriptor, &facts) == 0 else { throw .system(operation: "examine", path: file(name), code: errno) }
        try Self.check(facts, file(name))
        guard facts.mode & S_IFMT == S_IFREG, facts.size <= limit else {
            throw .damaged(path: file(name), why: "it is not a file of at most \(limit) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes[filled...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(operation: "read", path: file(name), code: count < 0 ? errno : EIO) }
            filled += count
        }
        return bytes
    }

    /// Writes a file of mode 0600 so that a reader sees the old bytes or the new ones, never a part.
    func write(_ name: String, _ bytes: [UInt8]) throws(SoftwareStateError) {
        do throws(SystemCallError) {
            try FileContents.replaceDurably(file(name), with: bytes, mode: 0o600)
        } catch {
            throw .system(operation: "write", path: file(name), code: error.code)
        }
    }

    /// Writes a file unless there is one: when two processes make it at once, both go on with the first.
    func writeOnce(_ name: String, _ bytes: [UInt8]) throws(SoftwareStateError) {
        do throws(SystemCallError) {
            let temporary = try FileContents.stage(bytes, for: file(name), mode: 0o600)
            defer { unlink(temporary) }
            guard link(temporary, file(name)) != 0, errno != EEXIST else { return }
            throw SystemCallError(errno, "write \(file(name))")
        } catch {
            throw .system(operation: "write", path: file(name), code: error.code)
        }
    }

    private func remove() {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink(file(name)) }
            }
            closedir(stream)
        }
        rmdir(path)
    }

    private static func check(_ facts: cl_file_facts, _ path: String) throws(SoftwareStateError) {
        guard facts.owner == geteuid() else { throw .exposed(path: path, why: "belongs to user \(facts.owner)") }
        guard facts.mode & 0o077 == 0 else {
            throw .exposed(path: path, why: "has mode 0\(String(facts.mode & 0o777, radix: 8))")
        }
    }
}
