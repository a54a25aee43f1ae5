import Glibc
import Linux

/// A cgroup by the bytes of its path.
///
/// Those that a container makes below its own have names of its choice, which need not be text: what cannot see them does not end what is in
/// them.
struct CgroupPath: Equatable, Sendable {
    /// With the NUL at its end.
    private let bytes: [CChar]

    init(_ path: String) { bytes = Array(path.utf8CString) }

    private init(bytes: [CChar]) { self.bytes = bytes }

    /// What was made in it.
    var children: [CgroupPath] {
        guard let stream = opendir(bytes) else { return [] }
        defer { closedir(stream) }
        var found: [CgroupPath] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [0x2e, 0], name != [0x2e, 0x2e, 0] { found.append(CgroupPath(bytes: bytes.dropLast() + [0x2f] + name)) }
        }
        return found
    }

    /// The processes, or with `tasks` the threads, of this cgroup alone.
    ///
    /// One in a PID namespace that cannot be seen from here is listed as 0, which `kill` would take for our own group.
    func members(_ file: String = "cgroup.procs") -> [Int32] {
        text(file)?.split(separator: "\n").compactMap { Int32($0) }.filter { $0 > 0 } ?? []
    }

    /// With those of the cgroups below.
    var allMembers: [Int32] { members() + children.flatMap(\.allMembers) }

    func text(_ file: String) -> String? {
        guard let file = try? open(file, O_RDONLY), let text = try? FileContents.read(file, "a file of a cgroup") else {
            return nil
        }
        return String(decoding: text, as: UTF8.self)
    }

    func write(_ value: String, to file: String) throws(SystemCallError) {
        try FileContents.write(Array(value.utf8), to: open(file, O_WRONLY), "\(self)/\(file)")
    }

    private func open(_ file: String, _ flags: Int32) throws(SystemCallError) -> FileDescriptor {
        let path = Array(bytes.dropLast() + [0x2f] + file.utf8CString)
        return FileDescriptor(owning: try SystemCallError.checkErrno(Glibc.open(path, flags | O_CLOEXEC), "open \(self)/\(file)"))
    }

    /// `false`: it stays, for the reason in errno.
    func remove() -> Bool { rmdir(bytes) == 0 || errno == ENOENT }
}

extension CgroupPath: CustomStringConvertible {
    /// For messages.
    var description: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
